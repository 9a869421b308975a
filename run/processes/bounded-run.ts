/** Work that is ended when its time is over, though it never gives back: V8 stops it from outside. */
import { Script, createContext } from 'node:vm'

/** Undefined where it took more than `limitMs`; what it throws is thrown. */
export const boundedRun = (limitMs: number) => {
  const place: { work?: () => unknown } = {}
  const context = createContext(place)
  const script = new Script('work()')
  return <T>(work: () => T): T | undefined => {
    let result: T | undefined
    place.work = () => {
      result = work()
    }
    try {
      script.runInContext(context, { timeout: limitMs })
      return result
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined
      throw error
    } finally {
      delete place.work
    }
  }
}
