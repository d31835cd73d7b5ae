import { BlockList, isIP } from 'node:net';

/**
 * Whether an address is one of these. @param places addresses, address blocks, and names of AWS services as
 * CloudTrail writes them; empty = every address is
 */
export function isFrom(places: readonly string[], address: string | undefined): boolean {
  if (places.length === 0) return true;
  if (address === undefined) return false;
  return (
    places.includes(address) || (isIP(address) !== 0 && blocksOf(places).check(address, family(address)))
  );
}

function blocksOf(places: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const place of places) {
    const [base = '', bits] = place.split('/');
    if (isIP(base) === 0) continue; // a service
    if (bits === undefined) blocks.addAddress(base, family(base));
    else blocks.addSubnet(base, Number(bits), family(base));
  }
  return blocks;
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
