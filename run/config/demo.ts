/** The demonstration: two ISPs as two cells on loopback, with published passwords, from which no mail leaves the machine. */

export const demoConfigText = `# Bulkhead, demonstration: two ISPs, each a watertight cell.
# docs/operating.md explains every setting; \`./bulkhead doctor\` says what is wrong and how to mend it.

operator: Harbour Mail Operations
demo: true # published passwords, log-in without TLS on loopback; no mail leaves this machine

metrics:
  address: 127.0.0.1
  port: 9464

cells:
  - id: minato
    isp: minato
    name: Minato Net
    address: 127.0.0.1
    portBase: 10000 # added to every well-known port: SMTP 10025, IMAP 10143 …
    hostName: mx.minato.example
    limits: { connectionsPerPeer: 5000 } # on loopback everybody is the same peer

  - id: kaede
    isp: kaede
    name: Kaede Online
    address: 127.0.0.1
    portBase: 20000
    hostName: mx.kaede.example
    limits: { connectionsPerPeer: 5000 }

# Where the courier takes mail for a domain, instead of asking DNS: a domain, .suffix or *.
routes: []
`

export interface DemoAccount {
  readonly cell: string
  readonly address: string
  readonly password: string
}

/** Colours of the brands' pages: the sea's, and a maple's in autumn. */
export const demoDomains = [
  { cell: 'minato', brand: 'minato', name: 'Minato Net', domain: 'minato.example', accent: '#0b5cad', accentDark: '#7cb7f2' },
  { cell: 'kaede', brand: 'kaede', name: 'Kaede Online', domain: 'kaede.example', accent: '#a6371c', accentDark: '#f2a48c' },
] as const

/** Bound to loopback and to demonstration mode; they are printed at every start. */
export const demoAccounts: readonly DemoAccount[] = [
  { cell: 'minato', address: 'hanako@minato.example', password: 'demo-hanako-lighthouse' },
  { cell: 'minato', address: 'taro@minato.example', password: 'demo-taro-breakwater' },
  { cell: 'kaede', address: 'yuki@kaede.example', password: 'demo-yuki-mapleleaf' },
  { cell: 'kaede', address: 'ken@kaede.example', password: 'demo-ken-redbridge' },
]
