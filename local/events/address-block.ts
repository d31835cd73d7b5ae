import { BlockList, isIP } from 'node:net';

/**
 * A test whether an address is in an IPv4 or IPv6 block.
 *
 * @throws Error when the text is not a block.
 */
export function parseAddressBlock(text: string): (address: string) => boolean {
  const [base = '', length] = text.split('/');
  const family = isIP(base) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(base) === 0 || !/^\d{1,3}$/.test(length ?? ''))
    throw new Error(`'${text}' is not an address block`);
  const block = new BlockList();
  block.addSubnet(base, Number(length), family);
  return (address) => isIP(address) !== 0 && block.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
