/** `reports`: what people of an ISP say is spam, phishing, or neither; who said it is not kept. */
import type { Command } from 'commander'
import { common, show, table, type CommonOptions } from '../context.ts'
import { wholeFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { withIsp } from '../session.ts'

const daysMax = 90

export const registerPersonReports = (program: Command): void => {
  common(program.command('reports <isp>').description('what people reported as spam, phishing, or not spam: counts by sender\'s domain and campaign')
    .option('--days <n>', `how far back, at most ${daysMax}`, '7'))
    .action((isp: string, options: CommonOptions & { readonly days: string }) => {
      const days = wholeFrom(options.days, '--days', 1, daysMax)
      return withIsp(options, isp, async ({ desk }) => {
        const { lines } = granted('reports', await desk.ask('personReports', { days }))
        const rows = lines.map(({ day, kind, domain, campaign, count }) => [day, kind, domain, campaign.slice(0, 12), String(count)])
        show(options, { lines }, rows.length === 0 ? ['nobody reported anything in these days'] : table(['DAY', 'AS', 'DOMAIN', 'CAMPAIGN', 'REPORTS'], rows))
      })
    })
}
