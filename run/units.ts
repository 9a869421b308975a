/**
 * A systemd unit for the platform, made from the process table and the configuration. One unit: the supervisor gives its
 * processes accounts, limits and namespaces of their own, which needs the rights kept here and no others.
 */
import type { PlatformConfig } from './config/config.ts'
import { instancesOf, processTable, type ProcessRow } from './processes.ts'
import { codeRoot, type PlatformPaths } from './supervisor/paths.ts'

const megabyte = 1024 ** 2
/** What a Node process takes beside its heap. */
const besideHeapMb = 160
const postgresMb = 2_048

const running = (row: ProcessRow, { cells }: PlatformConfig): number =>
  row.per === 'platform' ? 1 : cells.reduce((sum, cell) => sum + instancesOf(row, cell).length, 0)

/** Upper bound of memory of everything the table starts. */
const memoryMaxMb = (config: PlatformConfig): number =>
  processTable.reduce((sum, row) => sum + (row.heapMb + besideHeapMb) * running(row, config), postgresMb)

/** Capabilities the supervisor uses: accounts and groups, ownership, namespaces, low ports, limits, ending its children. */
const capabilities = [
  'CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP', 'CAP_CHOWN', 'CAP_FOWNER', 'CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_KILL', 'CAP_NET_BIND_SERVICE',
  'CAP_SYS_ADMIN', 'CAP_SYS_RESOURCE', 'CAP_SYS_PTRACE',
]

export const unitText = (config: PlatformConfig, paths: PlatformPaths): string => `# Made by: ./bulkhead units
[Unit]
Description=Bulkhead mail platform (${config.operator})
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=${codeRoot}/bulkhead up --data ${paths.data} --config ${paths.config}
ExecStop=/bin/kill -TERM $MAINPID
KillMode=mixed
TimeoutStopSec=90
Restart=on-failure
RestartSec=2
LimitNOFILE=${Math.max(...processTable.map(({ openFiles }) => openFiles))}
LimitCORE=0
MemoryMax=${memoryMaxMb(config) * megabyte}
CapabilityBoundingSet=${capabilities.join(' ')}
ProtectSystem=strict
ReadWritePaths=${paths.data} ${paths.safe} /run/bulkhead /etc
ProtectHome=${paths.data.startsWith('/home') || paths.data.startsWith('/root') || codeRoot.startsWith('/root') ? 'no' : 'yes'}
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=net user
RestrictRealtime=yes
RestrictSUIDSGID=no
LockPersonality=yes
RuntimeDirectory=bulkhead
RuntimeDirectoryMode=0711

[Install]
WantedBy=multi-user.target
`
