/** `credential`: passwords and everything else that lets a person in. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { fromBase64 } from '@bulkhead/base/bytes.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { combine } from '@bulkhead/seal/shares.ts'
import { unwrapEscrow } from '@bulkhead/seal/wraps.ts'
import { CannotDo, common, show, type CommonOptions } from '../context.ts'
import { secretFromInput, secretsFromInput } from '../password-input.ts'
import { granted } from '../refusal-text.ts'
import { withAddress, withIsp, type Desk } from '../session.ts'

const shareBytesMax = 2_048

interface ChangeOptions extends CommonOptions {
  readonly passwordStdin?: boolean
  readonly proof?: boolean
}

const registerChange = (credential: Command): void => {
  common(credential.command('change <address>').description('change a password; the old one opens the account\'s key'))
    .option('--password-stdin', 'read the old and the new password from standard input, one a line')
    .option('--proof', 'the person was identified by other means: the old password may be one that was killed')
    .action(async (address: string, options: ChangeOptions) => {
      const [oldPassword = Buffer.alloc(0), newPassword = Buffer.alloc(0)] =
        await secretsFromInput(options.passwordStdin === true, 2, 'the old and the new password')
      await withAddress(options, address, async ({ desk }) => {
        granted(address, await desk.ask('passwordChange', {
          address, oldPassword: oldPassword.toString('base64'), newPassword: newPassword.toString('base64'), proof: options.proof === true,
        }))
        show(options, { address }, [`${address} has a new password`])
      })
    })
}

const shareFrom = (file: string): Secret<Buffer> => {
  const lines = readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '')
  const bytes = fromBase64(lines.at(-1) ?? '', shareBytesMax)
  if (bytes === undefined) throw new CannotDo(`${file} holds no share; its last line must be the share in base64, as isp add wrote it`)
  return secret(bytes)
}

const shareTrouble = {
  notAShare: 'one of the files is not a share',
  otherSet: 'the shares do not belong to one key; they are of different ISPs or of an earlier key',
  tooFew: 'more shares are needed to bring the key back',
  wrongShare: 'one of the shares is damaged',
} as const

interface RecoverOptions extends CommonOptions {
  readonly passwordStdin?: boolean
  readonly share: readonly string[]
  readonly reason: string
}

/** The account's private key out of its escrow wrap, with the ISP's custodians' shares. */
const recovered = async (desk: Desk, address: string, account: AccountHandle, options: RecoverOptions): Promise<Secret<Buffer>> => {
  const combined = combine(options.share.map(shareFrom))
  if (combined.is === 'refused') throw new CannotDo(shareTrouble[combined.why])
  const { escrow } = granted(address, await desk.ask('escrowOf', { address, reason: options.reason }))
  try {
    return unwrapEscrow(realSealing, combined.secret, account, Buffer.from(escrow, 'base64'))
  } catch {
    throw new CannotDo('the shares bring back a key, but not the one this account\'s escrow was made for')
  }
}

const registerRecover = (credential: Command): void => {
  common(credential.command('recover <address>').description('a new password for somebody who forgot the old one, with the custodians\' shares'))
    .requiredOption('--share <file...>', 'files with shares of the ISP\'s recovery key')
    .requiredOption('--reason <text>', 'why; it is put in the ledger')
    .option('--password-stdin', 'read the new password from standard input')
    .action(async (address: string, options: RecoverOptions) => {
      const newPassword = await secretFromInput(options.passwordStdin === true, 'the new password')
      await withAddress(options, address, async ({ desk }) => {
        const { account } = granted(address, await desk.ask('accountShow', { address }))
        const privateKey = await recovered(desk, address, account, options)
        granted(address, await desk.ask('passwordReset', {
          address, privateKey: privateKey.declassify().toString('base64'), newPassword: newPassword.toString('base64'),
        }))
        show(options, { address }, [`${address} has a new password; its mail is as it was`])
      })
    })
}

const registerKill = (credential: Command): void => {
  common(credential.command('kill <of>').description('end every credential of an address, of a brand (ISP/BRAND), or of an ISP at once'))
    .action((of: string, options: CommonOptions) => {
      const killed = (scope: 'account' | 'set' | 'cell', name: string) => async ({ desk }: { readonly desk: Desk }) => {
        const { epoch } = granted(of, await desk.ask('credentialsKill', { scope, of: name }))
        show(options, { of, scope, epoch }, [`every credential of ${of} is dead (epoch ${epoch})`])
      }
      if (of.includes('@')) return withAddress(options, of, killed('account', of))
      const [isp = '', brand] = of.split('/')
      return brand === undefined
        ? withIsp(options, isp, (session, cell) => killed('cell', cell.id)(session))
        : withIsp(options, isp, killed('set', brand))
    })
}

export const registerCredential = (program: Command): void => {
  const credential = program.command('credential').alias('password').description('passwords and what else lets a person in')
  registerChange(credential)
  registerRecover(credential)
  registerKill(credential)
}
