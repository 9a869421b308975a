import { memoryStore } from './memory-store.ts'
import { storeContract } from './store-contract.ts'

await storeContract(async () => memoryStore())
