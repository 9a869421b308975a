/** `brand`: a service an ISP sells, with domains of its own. */
import type { Command } from 'commander'
import { common, show, table, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withIsp } from '../session.ts'
import { registerLook } from './brand-look.ts'

export const registerBrand = (program: Command): Command => {
  const brand = program.command('brand').description('services an ISP sells')
  common(brand.command('add <isp> <brand>').description('add a brand').requiredOption('--name <name>', 'name as people read it'))
    .action((isp: string, id: string, options: CommonOptions & { readonly name: string }) => withIsp(options, isp, async ({ desk }) => {
      granted(`brand ${id}`, await desk.ask('brandAdd', { brand: id, name: options.name }))
      show(options, { brand: id }, [`brand ${id} added`])
    }))
  common(brand.command('list <isp>').description('list brands'))
    .action((isp: string, options: CommonOptions) => withIsp(options, isp, async ({ desk }) => {
      const { brands } = granted('brands', await desk.ask('brandList', {}))
      show(options, { brands }, table(['BRAND', 'NAME', 'DOMAINS'], brands.map((one) => [one.brand, one.name, one.domains.join(' ')])))
    }))
  registerLook(brand)
  return brand
}
