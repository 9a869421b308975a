/** The negative control: the same platform hosted by a program whose seal only frames (`test/unsealed`). */
import { join } from 'node:path'
import { projectRoot } from '../platform/platform.ts'

export const unsealedProgram: readonly string[] = [process.execPath, join(projectRoot, 'test/unsealed/up.ts')]
