/**
 * The ports of every test that listens where it is told to: test files run side by side, and engineers run several of them at once.
 * A platform's cell has a multiple of 200: none of the ports a cell adds to it (25 to 4190), nor those below, meet another's then.
 */
import type { CellConfig } from '@bulkhead/run/config/config.ts'

type PortBase = CellConfig['portBase']

/** Below the ports that systems give out themselves (Linux: from 32768), with 4190 above. */
export const portBaseMin = 10_400
export const portBaseMax = 28_400
export const portStep = 200

/** By test file: one for each cell it starts, or one whose `outside` ports it has. */
export const portBases = {
  'run/supervisor/platform': [16_200, 16_400, 16_600],
  'test/clients/imapflow': [23_000],
  'test/clients/real-clients': [12_000, 13_000],
  'test/clients/submission': [27_600],
  'test/clients/sync-clients': [24_000],
  'test/crash/crash': [17_000],
  'test/dns/domain-check': [28_000],
  'test/drill/control': [15_200, 15_400],
  'test/drill/drill': [15_000, 16_000],
  'test/golden/live': [21_000],
  'test/golden/live-submission': [22_600],
  'test/hostile/hostile': [22_000],
  'test/hostile/imap': [24_600],
  'test/hostile/mailroom': [25_000],
  'test/http/jmap': [14_000, 14_600],
  'test/http/mail': [22_400],
  'test/http/sessions': [11_000],
  'test/http/sign-in-page': [11_200],
  'test/http/submission': [23_400],
  'test/mailauth/journey': [23_600, 23_800],
  'test/platform/several-processes': [26_000],
  'test/reception/judging': [28_400],
  'test/reception/senders': [28_200],
  'test/relay/postfix': [21_400],
  'test/relay/whole-way': [26_600],
  'test/reports/platform': [26_800],
  'test/rules/rules': [24_400],
  'test/scanners/filtering': [27_000],
  'test/transport/transport': [21_600],
  'test/web/matrix': [25_400],
  'test/web/platform': [25_600],
} as const satisfies Readonly<Record<string, readonly [PortBase, ...PortBase[]]>>

/** A base that whoever runs one file by hand chooses instead. */
export const portBaseGiven = (): PortBase | undefined => {
  const given = Number(process.env['BULKHEAD_PORT_BASE'])
  return given >= portBaseMin && given <= portBaseMax && given % portStep === 0 ? (given as PortBase) : undefined
}

/** What added to a base is a platform's metrics. */
export const metricsOffset = 464

/** Ports beside the platform's, for the outside world that a test plays: `at` from 0 to 29. */
export const outsidePort = (base: number, at = 0): number => base + 150 + at
