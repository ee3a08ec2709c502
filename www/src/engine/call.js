// @ts-check
/** Typed calls of the core and of a model in another worker: the one place where method names become messages. */

/** @import { Remote } from 'comlink' */
/** @import { Core, Model } from './types/core.js' */
/** @import { Computing } from './workers/compute.js' */

/**
 * The names of T's methods.
 * @template T
 * @typedef {{ [K in keyof T]: T[K] extends (...given: any[]) => unknown ? K : never }[keyof T]} MethodOf
 */

/** A question that a model answers: a method of `Model`. @typedef {MethodOf<Model>} ModelMethod */
/** A question that needs no model: a function of the core. @typedef {MethodOf<Core>} CoreMethod */

/**
 * Asks a model that a worker holds.
 * @template {ModelMethod} M
 * @param {Remote<Computing>} worker
 * @param {string} key of the model
 * @param {M} method
 * @param {Parameters<Model[M]>} given
 * @returns {Promise<Awaited<ReturnType<Model[M]>>>}
 */
export function callModel(worker, key, method, ...given) {
  return /** @type {any} */ (worker).call(key, method, ...given);
}

/**
 * Asks the core of a worker.
 * @template {CoreMethod} M
 * @param {Remote<Computing>} worker
 * @param {M} method
 * @param {Parameters<Core[M]>} given
 * @returns {Promise<Awaited<ReturnType<Core[M]>>>}
 */
export function callCore(worker, method, ...given) {
  return /** @type {any} */ (worker).call(null, method, ...given);
}
