/** What counts as one peer: an IPv4 address or an IPv6 /64 (nobody has less), and the network it is in: /24 or /48. */

const groupsOf = (address: string): readonly string[] => {
  const [head = '', tail] = address.split('::', 2)
  const first = head.split(':').filter((group) => group !== '')
  const last = tail === undefined ? [] : tail.split(':').filter((group) => group !== '')
  return [...first, ...Array<string>(Math.max(0, tail === undefined ? 0 : 8 - first.length - last.length)).fill('0'), ...last]
}

const ipv6Groups = (address: string, count: number): string => groupsOf(address).slice(0, count).map((group) => group.replace(/^0+(?=.)/, '')).join(':')

export const peerKey = (address: string): string => (address.includes(':') ? ipv6Groups(address, 4) : address)

export const networkKey = (address: string): string =>
  address.includes(':') ? ipv6Groups(address, 3) : address.slice(0, Math.max(0, address.lastIndexOf('.')))
