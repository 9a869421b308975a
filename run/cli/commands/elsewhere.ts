/** `drill` and `bench`: programs of the test tree, with what stands behind the name handed on as it is. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { codeRoot } from '../../supervisor/paths.ts'
import { CannotDo } from '../context.ts'

const programs = [
  ['drill', 'take what a thief gets, and show that it is worth nothing'],
  ['bench', 'measure, beside what Debian ships'],
] as const

const run = (name: string, words: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const file = join(codeRoot, 'test', name, 'main.ts')
    if (!existsSync(file)) return reject(new CannotDo(`${file} is missing; this checkout is not whole`))
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...words], { stdio: 'inherit' })
    const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
    process.on('SIGTERM', pass)
    process.on('SIGINT', () => undefined)
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })

export const registerElsewhere = (program: Command): void => {
  for (const [name, description] of programs) {
    program.command(`${name} [words...]`).description(description).helpOption(false).allowUnknownOption().allowExcessArguments()
      .action(async (words: readonly string[]) => process.exit(await run(name, words)))
  }
}
