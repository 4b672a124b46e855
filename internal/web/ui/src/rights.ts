// Who is offered what: the server decides, this spares people what it would refuse.
import type { Role } from './generated/graphql';

export interface Held {
  role: Role;
  scope?: 'SELF' | 'SUBTREE' | null;
  node?: { code: string } | null;
}

/** A body with the places above it. */
export interface Body {
  code: string;
  name: string;
  ancestors?: { code: string; name: string }[] | null;
}

/** Whether a grant reaches a body: its node, and the departments directly under it, or all below. */
function reaches({ scope, node }: Held, { code, ancestors }: Body): boolean {
  if (!node) return false;
  if (node.code === code) return true;
  if (scope === 'SELF') return code.startsWith(`${node.code}/`);
  return (ancestors ?? []).some((above) => above.code === node.code);
}

/** The nodes that one may issue orders to a body in the name of, the nearest first. */
export function issuersOf(grants: Held[], body: Body): { code: string; name: string }[] {
  const of = grants.filter((one) => one.role === 'SUPERVISOR' && one.node?.code !== body.code && reaches(one, body));
  return (body.ancestors ?? []).filter(({ code }) => of.some(({ node }) => node?.code === code)).reverse();
}

/** Whether one answers for a body as its clerk. */
export const isClerkOf = (grants: Held[], body: Body) =>
  grants.some((one) => one.role === 'CLERK' && reaches(one, body));
