/** `brand policy`, `account filter`, and the allow and deny lists of both: how arriving mail is judged. */
import type { Command } from 'commander'
import { choices, filterStages, isSettingKey, settingKeys, valueMistake, type FilterStage } from '@bulkhead/mail/filtering/settings.ts'
import { filterLists, type FilterList } from '@bulkhead/mail/filtering/entries.ts'
import { CannotDo, common, show, table, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withAddress, withIsp, type Desk } from '../session.ts'

const wholeIsp = '-'

interface Assigned {
  readonly key: string
  readonly value: string | null
}

/** `key=value`; a key alone takes the decision back. */
const assigned = (text: string): Assigned => {
  const at = text.indexOf('=')
  return at < 0 ? { key: text, value: null } : { key: text.slice(0, at), value: text.slice(at + 1) }
}

const settingFrom = (text: string): Assigned => {
  const { key, value } = assigned(text)
  if (!isSettingKey(key)) throw new CannotDo(`"${key}" is no setting; there are ${settingKeys.join(', ')}`)
  const mistake = value === null ? undefined : valueMistake(key, value)
  if (mistake !== undefined) throw new CannotDo(`${key} is ${mistake}, not ${JSON.stringify(value ?? '')}`)
  return { key, value }
}

const choiceFrom = (text: string) => {
  const { key, value } = assigned(text)
  const stage = filterStages.find((one) => one === key)
  if (stage === undefined) throw new CannotDo(`"${key}" is no stage; there are ${filterStages.join(', ')}`)
  const choice = value === null ? null : choices.find((one) => one === value)
  if (choice === undefined) throw new CannotDo(`${stage} is one of ${choices.join(', ')}, or ${stage} alone to leave it to the brand`)
  return { stage, choice }
}

const registerPolicy = (brand: Command): void => {
  common(brand.command('policy <isp> [brand] [settings...]')
    .description(`show how arriving mail is judged, or decide it: key=value sets, key alone takes back; "${wholeIsp}" for brand is the whole ISP`))
    .action((isp: string, id: string = wholeIsp, texts: readonly string[], options: CommonOptions) => {
      const settings = texts.map(settingFrom)
      const scope = id === wholeIsp ? '' : id
      return withIsp(options, isp, async ({ desk }) => {
        for (const { key, value } of settings) granted(id === wholeIsp ? key : `brand ${id}`, await desk.ask('filterSetting', { brand: scope, key, value }))
        const answer = granted(id === wholeIsp ? isp : `brand ${id}`, await desk.ask('filterPolicy', { brand: scope }))
        const lines = table(['SETTING', 'VALUE', 'DECIDED HERE'], answer.settings.map(({ key, value, decided }) => [key, value, decided ? 'yes' : '']))
        show(options, answer, [...lines, `entries for the whole ISP: ${answer.allowed} allowed, ${answer.denied} denied`])
      })
    })
}

const changeEntries = async (desk: Desk, list: FilterList, address: string | null, texts: readonly string[], adds: boolean): Promise<void> => {
  for (const entry of texts) granted(entry, await desk.ask('filterEntry', { list, entry, adds, address }))
}

interface EntryOptions extends CommonOptions {
  readonly remove?: boolean
}

const listWords: Readonly<Record<FilterList, string>> = { allow: 'let senders in whatever the spam filter says', deny: 'refuse senders' }

const registerLists = (brand: Command, account: Command): void => {
  for (const list of filterLists) {
    common(brand.command(`${list} <isp> <entries...>`).description(`${listWords[list]}, for the whole ISP: addresses or domains`))
      .option('--remove', 'take them off the list')
      .action((isp: string, entries: readonly string[], options: EntryOptions) => withIsp(options, isp, async ({ desk }) => {
        await changeEntries(desk, list, null, entries, options.remove !== true)
        show(options, { list, entries: entries.length }, [`${entries.length} ${options.remove === true ? 'removed' : 'added'}`])
      }))
    common(account.command(`${list} <address> <entries...>`)
      .description(`${listWords[list]}, for one account: addresses or domains; kept as digests, so remember them`))
      .option('--remove', 'take them off the list')
      .action((address: string, entries: readonly string[], options: EntryOptions) => withAddress(options, address, async ({ desk }) => {
        await changeEntries(desk, list, address, entries, options.remove !== true)
        show(options, { list, entries: entries.length }, [`${entries.length} ${options.remove === true ? 'removed' : 'added'}`])
      }))
  }
}

const meaning: Readonly<Record<FilterStage, string>> = {
  virus: 'malicious software',
  allow: 'own list of those let in',
  deny: 'own list of those refused',
  spam: 'unwanted mail',
  forged: 'senders who are not who they say',
}

const registerChoices = (account: Command): void => {
  common(account.command('filter <address> [choices...]')
    .description(`show what an account agreed to, or write it down: ${filterStages.join('|')}=${choices.join('|')}; a stage alone leaves it to the brand`))
    .action((address: string, texts: readonly string[], options: CommonOptions) => {
      const decided = texts.map(choiceFrom)
      return withAddress(options, address, async ({ desk }) => {
        for (const { stage, choice } of decided) granted(address, await desk.ask('filterChoice', { address, stage, choice }))
        const answer = granted(address, await desk.ask('filterShow', { address }))
        const stages = table(['STAGE', 'IS', 'CHOICE', 'ABOUT'], answer.stages.map(({ stage, mode, choice }) => [stage, mode, choice ?? '', meaning[stage]]))
        const history = answer.decisions.map(({ at, what, value, caller }) => `${at} ${what}: ${value ?? 'left to the brand'} (${caller})`)
        show(options, answer, [...stages, `own entries: ${answer.allowed} allowed, ${answer.denied} denied`, ...history])
      })
    })
}

export const registerFilter = (brand: Command, account: Command): void => {
  registerPolicy(brand)
  registerLists(brand, account)
  registerChoices(account)
}
