import type { TestDefinition } from '../definition.ts'

/** RFC 5490 section 3.1. */
export const mailboxexists: TestDefinition = {
  name: 'mailboxexists',
  needs: 'mailbox',
  signature: { tags: {}, positional: ['strings'] },
  tests: 'none',
  compile(taken) {
    const names = taken.texts(0)
    return (run) => names.every((name) => run.around.mailboxExists(name(run)))
  },
}

/** RFC 9042 section 4. */
export const mailboxIdExists: TestDefinition = {
  name: 'mailboxidexists',
  needs: 'mailboxid',
  signature: { tags: {}, positional: ['strings'] },
  tests: 'none',
  compile(taken) {
    const ids = taken.texts(0)
    return (run) => ids.every((id) => run.around.mailboxIdExists(id(run)))
  },
}

/** RFC 8579 section 3; the form with a mailbox is not offered, since whether one has a use is its reader's to know. */
export const specialuseExists: TestDefinition = {
  name: 'specialuse_exists',
  needs: 'special-use',
  signature: { tags: {}, positional: ['strings'] },
  tests: 'none',
  compile(taken) {
    const uses = taken.texts(0)
    return (run) => uses.every((use) => run.around.specialUseExists(use(run)))
  },
}
