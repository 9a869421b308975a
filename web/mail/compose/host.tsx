/** Stands once in the frame of the webmail. Loads the composers when the first is asked for, or when one was left unsaved on this device. */
import type { ComponentType, JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { toast } from '../../kit/toast.tsx'
import { unsavedHere } from './left-behind.ts'
import { composeRequests } from './requests.ts'
import { hostWords } from './host-words.ts'

export const ComposeHost = (): JSX.Element | null => {
  const [Dock, setDock] = useState<ComponentType | null>(null)
  const wanted = composeRequests.value.length > 0 || unsavedHere.value
  useEffect(() => {
    if (!wanted || Dock !== null) return
    import('./dock.tsx').then(
      (module) => setDock(() => module.default),
      () => {
        composeRequests.value = []
        toast({ text: hostWords().notLoaded, kind: 'error' })
      },
    )
  }, [wanted, Dock])
  return Dock === null ? null : <Dock />
}
