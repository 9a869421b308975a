/**
 * Small questions of many sessions, asked together: what comes while some are under way goes with the next burst, one write
 * and one turn of the server for all of them, and no answer is older than its asker. For reading alone.
 */
import type { RawRow } from './columns.ts'
import type { Database } from './database.ts'
import { StatementFault } from './fault.ts'
import type { Statement } from './sql.ts'

/** Questions in one burst, and bursts at once. */
const questionsMax = 64
const burstsMax = 2

interface Question {
  readonly statement: Statement
  readonly answer: PromiseWithResolvers<readonly RawRow[]>
}

/** Askers of the same statement by the same `name`, which tells its parameters apart, share an answer. */
export type Gathered = (name: string, statement: Statement) => Promise<readonly RawRow[]>

const askAll = async (database: Pick<Database, 'burst'>, questions: readonly Question[]): Promise<void> => {
  try {
    const answers = await database.burst(questions.map(({ statement }) => statement))
    questions.forEach(({ answer }, at) => answer.resolve(answers[at] ?? []))
  } catch (fault) {
    if (questions.length === 1 || !(fault instanceof StatementFault)) return questions.forEach(({ answer }) => answer.reject(fault))
    for (const alone of questions) await askAll(database, [alone])
  }
}

export const gathered = (database: Pick<Database, 'burst'>): Gathered => {
  const waiting = new Map<string, Question>()
  let underWay = 0
  let isScheduled = false

  const takeBurst = (): readonly Question[] => {
    const taken: Question[] = []
    for (const [key, question] of waiting) {
      if (taken.length === questionsMax) break
      waiting.delete(key)
      taken.push(question)
    }
    return taken
  }
  const pump = (): void => {
    isScheduled = false
    while (waiting.size > 0 && underWay < burstsMax) {
      underWay += 1
      void askAll(database, takeBurst()).finally(() => {
        underWay -= 1
        pump()
      })
    }
  }

  return (name, statement) => {
    // Two parts of a process may choose the same name for different questions.
    const key = `${statement.name} ${name}`
    const known = waiting.get(key)
    if (known !== undefined) return known.answer.promise
    const answer = Promise.withResolvers<readonly RawRow[]>()
    waiting.set(key, { statement, answer })
    if (!isScheduled && underWay < burstsMax) {
      isScheduled = true
      setImmediate(pump)
    }
    return answer.promise
  }
}
