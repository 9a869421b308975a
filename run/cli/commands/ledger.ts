/** `ledger`: the record of everything that was granted. */
import type { Command } from 'commander'
import { verifyLedger } from '@bulkhead/watch/verify.ts'
import { ledgerDirectory } from '../../supervisor/watch-process.ts'
import { CannotDo, common, platformOf, show, type CommonOptions } from '../context.ts'

export const registerLedger = (program: Command): void => {
  const ledger = program.command('ledger').description('the record of everything that was granted')
  common(ledger.command('verify').description('check the chain from the first line to the last, and every checkpoint'))
    .action((options: CommonOptions) => {
      const verified = verifyLedger(ledgerDirectory(platformOf(options)))
      if (verified.is === 'broken') {
        const { file, line, why } = verified
        throw new CannotDo(`the ledger was tampered with or damaged at ${file}:${line}: ${why}. Keep it as evidence, and open a case`)
      }
      show(options, verified, [`the ledger is whole: ${verified.lines} lines, ${verified.checkpoints} checkpoints, head ${verified.head}`])
    })
}
