import type { NodeFence, Phase } from '../../model/nodefence.ts';

/** What confirming that the machine is off leads to, from where the fence is. A string that says why it is refused, or what comes next. */
export function afterConfirming({ spec, status }: NodeFence): { readonly refused: string } | { readonly next: string } {
  if (spec.cancelled === true) return { refused: 'it is cancelled, and ends by itself' };
  const phase: Phase = status?.phase ?? 'Held';
  switch (phase) {
    case 'NeedsHuman':
    case 'Verifying':
      return { next: `your word is taken as proof: the pods of ${spec.nodeName} are told to end and force-deleted by UID, its volumes are detached. evenkeel does not power the machine on: you do, when it may come back` };
    case 'Held':
      return { next: `nothing yet: the fence is held (${status?.reason ?? 'not taken up'}). Your word counts from the moment that it goes on, if it has not expired by then` };
    case 'Isolating':
    case 'Fencing':
      return { next: 'your word is taken as proof as soon as the power command of this attempt is settled' };
    case 'Fenced':
    case 'Releasing':
      return { next: 'the proof is renewed, and the release goes on' };
    case 'Returning':
    case 'Probation':
      return { refused: 'everything that the node held is released already: there is nothing left to confirm' };
    case 'Succeeded':
    case 'Recovered':
    case 'Aborted':
      return { refused: 'it has ended' };
    default:
      return { refused: `its phase ${JSON.stringify(phase satisfies never)} is none that this version knows` };
  }
}

/** What cancelling means, from where the fence is. */
export function afterCancelling({ spec, status }: NodeFence): string {
  const alone = `${spec.nodeName} is left alone until it boots anew, or until somebody asks with evenkeel fence`;
  const phase: Phase = status?.phase ?? 'Held';
  switch (phase) {
    case 'Held':
    case 'Isolating':
      return `it ends before any power command, and our taint goes; ${alone}`;
    case 'Fencing':
      return `its power command is on the way and cannot be called back. When it is settled the fence ends, nothing is released; ${alone}`;
    case 'Verifying':
    case 'Fenced':
    case 'NeedsHuman':
      return `it ends, our taint goes, nothing is released, whatever its power command did to the machine; ${alone}`;
    case 'Releasing':
      return 'the machine is proved off and its release has begun: that is finished, since half of it is worse. The machine is not powered on by us';
    case 'Returning':
    case 'Probation':
      return 'everything is released already. The machine is not powered on by us, and its Node object stays; when the node comes back, its probation ends as usual';
    case 'Succeeded':
    case 'Recovered':
    case 'Aborted':
      return 'nothing: it has ended';
    default:
      return `nothing is known of its phase ${JSON.stringify(phase satisfies never)}`;
  }
}
