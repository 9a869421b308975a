/** `route`: where the couriers take mail for a domain, instead of asking DNS. Kept in the configuration file. */
import type { Command } from 'commander'
import { putRoute, removeRoute } from '../../config/edit.ts'
import { CannotDo, common, configOf, platformOf, show, table, type CommonOptions } from '../context.ts'
import { wholeFrom } from '../measures.ts'
import { control } from '../session.ts'
import type { PlatformPaths } from '../../supervisor/paths.ts'

const portMax = 65_535

const reload = async (paths: PlatformPaths): Promise<void> => {
  using running = await control(paths)
  const reply = await running?.ask('reload', {})
  if (reply?.is !== 'refused') return
  throw new CannotDo(`the configuration was changed, but the platform did not take it on (${reply.refusal}); data/log/supervisor.ndjson says why`)
}

export const registerRoute = (program: Command): void => {
  const route = program.command('route').description('where mail for a domain is taken, instead of asking DNS')
  common(route.command('add <domain> <host> <port>').description('a domain, .suffix, or * for all others'))
    .action(async (domain: string, host: string, port: string, options: CommonOptions) => {
      const paths = platformOf(options)
      const added = { domain, host, port: wholeFrom(port, 'the port', 1, portMax) }
      putRoute(paths.config, added)
      await reload(paths)
      show(options, added, [`mail for ${domain} goes to ${host}:${port}`])
    })
  common(route.command('remove <domain>').description('ask DNS again'))
    .action(async (domain: string, options: CommonOptions) => {
      const paths = platformOf(options)
      removeRoute(paths.config, domain)
      await reload(paths)
      show(options, { domain }, [`mail for ${domain} goes where DNS says`])
    })
  common(route.command('list').description('list routes')).action((options: CommonOptions) => {
    const { routes } = configOf(platformOf(options))
    show(options, { routes }, table(['DOMAIN', 'HOST', 'PORT'], routes.map(({ domain, host, port }) => [domain, host, String(port)])))
  })
}
