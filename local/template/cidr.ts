interface SubnetRequest {
  readonly block: string;
  readonly count: number;
  /** Bits that stay free for hosts: 8 makes /24 blocks. */
  readonly hostBits: number;
}

/**
 * The first `count` IPv4 blocks of a size inside a larger one.
 *
 * @throws Error when they do not fit, or the block is not IPv4.
 */
export function subnetBlocks({ block, count, hostBits }: SubnetRequest): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (!match) throw new Error(`Fn::Cidr needs an IPv4 block, got '${block}'`);
  const octets = match.slice(1, 5).map(Number);
  const base = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  if (count * 2 ** hostBits > 2 ** (32 - Number(match[5]))) {
    throw new Error(`Fn::Cidr cannot make ${count} blocks with ${hostBits} host bits in ${block}`);
  }
  return Array.from(
    { length: count },
    (_, index) => `${dotted(base + index * 2 ** hostBits)}/${32 - hostBits}`,
  );
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
