import { memoryStore } from './memory-store.ts'
import { storeContract } from './store-contract.ts'

void storeContract(async () => memoryStore())
