/** `docs` and `units`: what is made from the process table. */
import type { Command } from 'commander'
import { processesDocument } from '../../documents.ts'
import { unitText } from '../../units.ts'
import { CannotDo, common, configOf, platformOf, say, type CommonOptions } from '../context.ts'

const documents: Readonly<Record<string, () => string>> = { processes: processesDocument }

export const registerDocuments = (program: Command): void => {
  program.command('docs <name>').description(`print a document made from the code: ${Object.keys(documents).join(', ')}`)
    .action((name: string) => {
      const make = documents[name]
      if (make === undefined) throw new CannotDo(`there is no document "${name}"; there are ${Object.keys(documents).join(', ')}`)
      say(make())
    })
  common(program.command('units').description('print a systemd unit for this platform'))
    .action((options: CommonOptions) => {
      const paths = platformOf(options)
      say(unitText(configOf(paths), paths))
    })
}
