/** The devices that may sign in without the password, as the server lists them. */
import { signal } from '@preact/signals'
import { call } from '../../jmap/client.ts'

export interface Device {
  readonly id: string
  readonly name: string
  readonly created: string
  readonly lastUsed: string
  readonly network: string
  readonly isThis: boolean
}

/** `undefined`: not known yet; `failed`: could not be asked. */
export const devices = signal<readonly Device[] | 'failed' | undefined>(undefined)

export const loadDevices = async (): Promise<void> => {
  try {
    const { list } = (await call('Device/get', { ids: null })) as { readonly list: readonly Device[] }
    devices.value = list
  } catch {
    devices.value = 'failed'
  }
}

/** How many it really was. */
export const signOutDevices = async (ids: readonly string[]): Promise<number> => {
  const { destroyed } = (await call('Device/set', { destroy: ids })) as { readonly destroyed: readonly string[] | null }
  const gone = new Set(destroyed ?? [])
  if (Array.isArray(devices.value)) devices.value = devices.value.filter(({ id }) => !gone.has(id))
  return gone.size
}
