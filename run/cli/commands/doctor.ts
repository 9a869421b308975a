/** `doctor`: what is wrong, and how to mend it. Exit code 1 where something is. */
import type { Command } from 'commander'
import { examine } from '../checks.ts'
import type { Finding } from '../finding.ts'
import { common, platformOf, show, type CommonOptions } from '../context.ts'

const marks = { right: 'ok   ', warning: 'note ', wrong: 'WRONG' } as const

const line = ({ is, what, mend }: Finding): string => `${marks[is]} ${what}${mend === '' ? '' : `\n        -> ${mend}`}`

export const registerDoctor = (program: Command): void => {
  common(program.command('doctor').description('what is wrong, and how to mend it'))
    .action(async (options: CommonOptions) => {
      const findings = await examine(platformOf(options))
      const wrong = findings.filter(({ is }) => is === 'wrong').length
      const sum = wrong === 0 ? 'nothing is wrong' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`
      show(options, { findings, wrong }, [...findings.map(line), sum])
      process.exit(wrong === 0 ? 0 : 1)
    })
}
