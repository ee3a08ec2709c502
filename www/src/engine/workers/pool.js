// @ts-check
/** Workers of one kind, asked from a queue: hired when there is work, replaced when they stop. */
import * as Comlink from 'comlink';
import { isTrap, trapped } from '../trap.js';

/** @import { Build, Role, Staff } from '../types/engine.js' */

/**
 * @template T
 * @typedef {object} Task
 * @property {(remote: Comlink.Remote<T>, hand: Hand<T>) => Promise<any>} work
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {object | null} owner what it is part of, to be given up with it
 */

/**
 * One worker of the pool.
 * @template T
 * @typedef {object} Hand
 * @property {number} id
 * @property {Comlink.Remote<T>} remote
 * @property {Set<Task<T>>} tasks under way
 * @property {string[]} holds keys of the models it has, the latest used last
 */

let hired = 0;

/** @template T */
export class Pool {
  /**
   * @param {Staff} staff
   * @param {{ role: Role, build: Build | 'best', most: number, atOnce?: number }} kind most: workers; atOnce: tasks under way in each
   */
  constructor(staff, { role, build, most, atOnce = 1 }) {
    this.staff = staff;
    this.kind = { role, build };
    this.most = most;
    /** Workers that can be had at present: fewer than `most` after one could not be started. */
    this.limit = most;
    this.atOnce = atOnce;
    /** @type {Hand<T>[]} */
    this.hands = [];
    this.hiring = 0;
    /** @type {Task<T>[]} */
    this.queue = [];
  }

  /** Tasks nobody works on yet. */
  get waiting() {
    return this.queue.length;
  }

  /**
   * Has some worker do it; rejects with the trap where the worker stopped over it.
   * @template R
   * @param {(remote: Comlink.Remote<T>, hand: Hand<T>) => Promise<R>} work
   * @param {{ first?: boolean, owner?: object | null }} [how] first: before everything that waits
   * @returns {Promise<R>}
   */
  ask(work, { first = false, owner = null } = {}) {
    return new Promise((resolve, reject) => {
      const task = { work, resolve, reject, owner };
      if (first) this.queue.unshift(task);
      else this.queue.push(task);
      this.distribute();
    });
  }

  distribute() {
    for (const hand of this.hands) {
      while (hand.tasks.size < this.atOnce && this.queue.length > 0)
        this.give(hand, /** @type {Task<T>} */ (this.queue.shift()));
    }
    const room = this.limit - this.hands.length - this.hiring;
    for (let i = 0; i < Math.min(room, this.queue.length - this.hiring); i += 1) this.hire();
  }

  /** Tries again to have as many workers as there may be. */
  renew() {
    this.limit = this.most;
  }

  /** Has one worker ready before there is work; rejects where none can be started. */
  warm() {
    return this.ask(async () => {});
  }

  async hire() {
    this.hiring += 1;
    hired += 1;
    const id = hired;
    try {
      const port = await this.staff.hire(id, this.kind.role, this.kind.build);
      this.hands.push({ id, remote: Comlink.wrap(port), tasks: new Set(), holds: [] });
    } catch (error) {
      // Whoever works already goes on alone; with nobody there the work cannot be done.
      this.staff.dismiss(id);
      if (this.hands.length > 0) this.limit = this.hands.length;
      else for (const task of this.queue.splice(0)) task.reject(error);
    }
    this.hiring -= 1;
    this.distribute();
  }

  /**
   * @param {Hand<T>} hand
   * @param {Task<T>} task
   */
  async give(hand, task) {
    hand.tasks.add(task);
    try {
      task.resolve(await task.work(hand.remote, hand));
    } catch (error) {
      if (isTrap(error)) this.drop(hand, error);
      else task.reject(error);
    }
    hand.tasks.delete(task);
    this.distribute();
  }

  /**
   * Ends a worker at once; what it was at is rejected.
   * @param {Hand<T>} hand
   * @param {unknown} error
   */
  drop(hand, error) {
    if (!this.hands.includes(hand)) return;
    this.hands = this.hands.filter((other) => other !== hand);
    hand.remote[Comlink.releaseProxy]();
    this.staff.dismiss(hand.id);
    for (const task of hand.tasks) task.reject(error);
  }

  /**
   * Hears of a worker that stopped of itself.
   * @param {number} id
   * @param {string} message
   */
  lost(id, message) {
    const hand = this.hands.find((other) => other.id === id);
    if (!hand) return;
    this.drop(hand, trapped(message));
    this.distribute();
  }

  /**
   * Gives up what waits of one owner.
   * @param {object} owner
   */
  forget(owner) {
    const given = this.queue.filter((task) => task.owner === owner);
    this.queue = this.queue.filter((task) => task.owner !== owner);
    for (const task of given) task.reject(givenUp());
  }

  /**
   * Gives up all of one owner at once: workers that are at nothing else end.
   * @param {object} owner
   */
  abandon(owner) {
    this.forget(owner);
    for (const hand of this.hands) {
      const tasks = [...hand.tasks];
      if (tasks.length > 0 && tasks.every((task) => task.owner === owner)) this.drop(hand, givenUp());
    }
    this.distribute();
  }

  /** Ends all workers. */
  close() {
    for (const task of this.queue.splice(0)) task.reject(givenUp());
    for (const hand of this.hands) this.drop(hand, givenUp());
  }
}

function givenUp() {
  return new Error('Cancelled.');
}
