/** `plan`: what accounts of an ISP may send. */
import type { Command } from 'commander'
import type { PlanLimits, PlanLine } from '@bulkhead/door/contracts/desk.ts'
import { CannotDo, common, show, table, type CommonOptions } from '../context.ts'
import { wholeFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { withAddress, withIsp } from '../session.ts'

const countMax = 1_000_000_000
const priorityMax = 9

const limit = (value: number | null): string => (value === null ? '-' : String(value))
const yes = (value: boolean): string => (value ? 'yes' : 'no')

const lineOf = ({ plan, limits, brands, accounts }: PlanLine): readonly string[] => [
  plan, limit(limits.recipientsPerMessage), limit(limits.messagesPerHour), limit(limits.messagesPerDay), limit(limits.recipientsPerHour),
  limit(limits.recipientsPerDay), String(limits.priorityMax), yes(limits.holdsBursts), yes(limits.filesSent), brands.join(' '), String(accounts),
]

const head = ['PLAN', 'RCPT/MSG', 'MSG/HOUR', 'MSG/DAY', 'RCPT/HOUR', 'RCPT/DAY', 'PRIORITY', 'BURSTS HELD', 'SENT COPY', 'BRANDS', 'ACCOUNTS']

interface SetOptions extends CommonOptions {
  readonly recipients?: string
  readonly messagesHour?: string
  readonly messagesDay?: string
  readonly recipientsHour?: string
  readonly recipientsDay?: string
  readonly priority?: string
  readonly holdBursts?: string
  readonly sentCopy?: string
}

const countOr = (text: string | undefined, option: string, before: number | null, min = 0): number | null => {
  if (text === undefined) return before
  return text === 'none' ? null : wholeFrom(text, option, min, countMax)
}

const priorityOr = (text: string | undefined, before: number): number => {
  if (text === undefined) return before
  const value = Number(text)
  if (Number.isInteger(value) && Math.abs(value) <= priorityMax) return value
  throw new CannotDo(`--priority must be a whole number from -9 to 9, not "${text}"`)
}

const switchOr = (text: string | undefined, option: string, before: boolean): boolean => {
  if (text === undefined || text === 'on' || text === 'off') return text === undefined ? before : text === 'on'
  throw new CannotDo(`${option} is on or off, not "${text}"`)
}

const changed = (before: PlanLimits, options: SetOptions): PlanLimits => ({
  recipientsPerMessage: countOr(options.recipients, '--recipients', before.recipientsPerMessage, 1),
  messagesPerHour: countOr(options.messagesHour, '--messages-hour', before.messagesPerHour),
  messagesPerDay: countOr(options.messagesDay, '--messages-day', before.messagesPerDay),
  recipientsPerHour: countOr(options.recipientsHour, '--recipients-hour', before.recipientsPerHour),
  recipientsPerDay: countOr(options.recipientsDay, '--recipients-day', before.recipientsPerDay),
  priorityMax: priorityOr(options.priority, before.priorityMax),
  holdsBursts: switchOr(options.holdBursts, '--hold-bursts', before.holdsBursts),
  filesSent: switchOr(options.sentCopy, '--sent-copy', before.filesSent),
})

const registerSet = (plans: Command): void => {
  common(plans.command('set <isp> <plan>').description('make a plan, or change one for all who have it; a new one begins as the ordinary one'))
    .option('--recipients <n>', 'recipients of one message, or none')
    .option('--messages-hour <n>', 'messages an hour, or none')
    .option('--messages-day <n>', 'messages in 24 hours, or none')
    .option('--recipients-hour <n>', 'recipients an hour, or none')
    .option('--recipients-day <n>', 'recipients in 24 hours, or none')
    .option('--priority <n>', 'highest MT-PRIORITY, from -9 to 9')
    .option('--hold-bursts <on|off>', 'hold a sudden rise until somebody looks')
    .option('--sent-copy <on|off>', 'file what is submitted into the mailbox for sent mail')
    .action((isp: string, plan: string, options: SetOptions) => withIsp(options, isp, async ({ desk }) => {
      const { plans: all } = granted('plans', await desk.ask('planList', {}))
      const before = all.find((one) => one.plan === plan) ?? all.find((one) => one.plan === 'ordinary')
      if (before === undefined) throw new CannotDo('the ordinary plan is missing; make it with: ./bulkhead plan set ISP ordinary')
      const limits = changed(before.limits, options)
      granted(`plan ${plan}`, await desk.ask('planSet', { plan, limits }))
      show(options, { plan, ...limits }, table(head, [lineOf({ ...before, plan, limits })]))
    }))
}

const registerGive = (plans: Command): void => {
  common(plans.command('give <isp> <plan>').description('give a plan to a brand or an account; "default" takes back what was given'))
    .option('--brand <brand>', 'to all of a brand that have none of their own')
    .option('--account <address>', 'to one account')
    .action((isp: string, given: string, options: CommonOptions & { readonly brand?: string; readonly account?: string }) => {
      const { brand = '', account: address = '' } = options
      if ((brand === '') === (address === '')) throw new CannotDo('say to whom: --brand BRAND or --account ADDRESS')
      const plan = given === 'default' ? '' : given
      return withIsp(options, isp, async ({ desk }) => {
        granted(brand || address, await desk.ask('planGive', { plan, brand, address }))
        show(options, { plan: given, brand, address }, [`${brand || address}: plan ${given}`])
      })
    })
}

const registerSending = (program: Command): void => {
  const sending = program.command('sending').description('what an account sends')
  common(sending.command('show <address>').description('its plan, what it sent lately, whether it is held'))
    .action((address: string, options: CommonOptions) => withAddress(options, address, async ({ desk }) => {
      const line = granted(address, await desk.ask('sendingShow', { address }))
      show(options, line, table(
        ['PLAN', 'HELD', 'MSG THIS HOUR', 'MSG TODAY', 'RCPT THIS HOUR', 'RCPT TODAY'],
        [[line.plan, yes(line.held), ...[line.messagesThisHour, line.messagesToday, line.recipientsThisHour, line.recipientsToday].map(String)]],
      ))
    }))
  for (const [act, held, description] of [
    ['hold', true, 'hold what it has in the queue and what it will send'],
    ['release', false, 'let go what is held, and what it will send'],
  ] as const) {
    common(sending.command(`${act} <address>`).description(description))
      .action((address: string, options: CommonOptions) => withAddress(options, address, async ({ desk }) => {
        const { recipients } = granted(address, await desk.ask('sendingHold', { address, held }))
        show(options, { address, held, recipients }, [`${act}: ${recipients} ${recipients === 1 ? 'recipient' : 'recipients'} in the queue`])
      }))
  }
}

export const registerPlan = (program: Command): void => {
  const plans = program.command('plan').description('what accounts of an ISP may send')
  common(plans.command('list <isp>').description('list plans'))
    .action((isp: string, options: CommonOptions) => withIsp(options, isp, async ({ desk }) => {
      const answer = granted('plans', await desk.ask('planList', {}))
      show(options, answer, table(head, answer.plans.map(lineOf)))
    }))
  registerSet(plans)
  registerGive(plans)
  common(plans.command('remove <isp> <plan>').description('remove a plan that nobody has'))
    .action((isp: string, plan: string, options: CommonOptions) => withIsp(options, isp, async ({ desk }) => {
      granted(`plan ${plan}`, await desk.ask('planRemove', { plan }))
      show(options, { plan }, [`plan ${plan} removed`])
    }))
  registerSending(program)
}
