/** The command line. Exit codes: 0 done, 1 could not be done (the line says what to do), 2 misused. */
import { Command, CommanderError } from 'commander'
import { explain } from './context.ts'
import { registerAccount } from './commands/account.ts'
import { registerAccountImport } from './commands/account-import.ts'
import { registerAlias } from './commands/alias.ts'
import { registerBrand } from './commands/brand.ts'
import { registerCredential } from './commands/credential.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerDocuments } from './commands/documents.ts'
import { registerDomain } from './commands/domain.ts'
import { registerElsewhere } from './commands/elsewhere.ts'
import { registerFilter } from './commands/filter.ts'
import { registerRules } from './commands/rules.ts'
import { registerIdentity } from './commands/identity.ts'
import { registerIsp } from './commands/isp.ts'
import { registerLedger } from './commands/ledger.ts'
import { registerNotice } from './commands/notice.ts'
import { registerPlan } from './commands/plan.ts'
import { registerQueue } from './commands/queue.ts'
import { registerReload } from './commands/reload.ts'
import { registerPersonReports } from './commands/reports.ts'
import { registerRoute } from './commands/route.ts'
import { registerStatus } from './commands/status.ts'
import { registerTrace } from './commands/trace.ts'
import { registerUp } from './commands/up.ts'

const usageCode = 2

const program = new Command('bulkhead')
  .description('Mail platform for many internet service providers, a watertight cell for each')
  .helpOption('-h, --help', 'show help')
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride()

const registrations = [
  registerUp, registerStatus, registerIsp, registerDomain, registerAlias, registerCredential, registerIdentity, registerPlan, registerQueue,
  registerRoute, registerReload, registerTrace, registerLedger, registerDoctor, registerDocuments, registerElsewhere, registerNotice, registerPersonReports,
]
for (const register of registrations) register(program)
const account = registerAccount(program)
registerAccountImport(account)
registerFilter(registerBrand(program), account)
registerRules(account)

// Who reads no further, such as head, has had enough.
process.stdout.on('error', () => process.exit())

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : usageCode)
  process.stderr.write(`bulkhead: ${explain(error)}\n`)
  process.exit(1)
}
