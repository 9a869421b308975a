/** `reload`: the running platform takes on the configuration file as far as that goes without a restart. */
import type { Command } from 'commander'
import { CannotDo, common, configOf, platformOf, show, type CommonOptions } from '../context.ts'
import { control } from '../session.ts'

const act = async (options: CommonOptions): Promise<void> => {
  const paths = platformOf(options)
  // What is wrong with the file is said here, with lines and remedies.
  configOf(paths)
  using running = await control(paths)
  if (running === undefined) throw new CannotDo('the platform does not run; it reads its configuration when it starts')
  const reply = await running.ask('reload', {})
  if (reply.is === 'refused') throw new CannotDo(`the platform did not take the configuration on (${reply.refusal}); data/log/supervisor.ndjson says why`)
  const { started, needsRestart } = reply.answer
  show(options, reply.answer, [
    'routes and reception are as the configuration says',
    ...(started.length === 0 ? [] : [`new cells: ${started.join(', ')}`]),
    ...(needsRestart.length === 0 ? [] : [`other settings changed that need a restart: ${needsRestart.join(', ')}`]),
  ])
}

export const registerReload = (program: Command): void => {
  common(program.command('reload').description('take on a changed configuration file: routes, reception, new cells')).action(act)
}
