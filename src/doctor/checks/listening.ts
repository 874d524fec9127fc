import { isLoopback } from '../../config/loopback.ts';
import type { Facts, PortFact } from '../facts.ts';
import { type Finding, fine, trouble } from '../finding.ts';

/** Whether each port can be bound, or is served by this server already. */
export function ports({ config, ports: facts, pidFile }: Facts): Finding[] {
  const check = 'ports';
  const isOurs = ({ state }: PortFact) => state === 'free' || (state === 'comet' && pidFile.state === 'running');
  const findings = groupsOf(facts.filter((fact) => !isOurs(fact))).flatMap(portTrouble);
  if (config.port === 0) {
    findings.push(
      trouble('info', check, {
        what: 'port is 0: the system chooses other ports at each start',
        why: 'neither nginx nor a load balancer can know them',
        mend: 'choose a port',
      }),
    );
  }
  if (findings.length > 0) return findings;
  const served = facts.filter(({ state }) => state === 'comet').length;
  const state = served === 0 ? 'free' : served === facts.length ? 'served by comet' : 'free or served by comet';
  return [fine(check, `${facts.map(({ port }) => port).join(', ')}: ${state}`)];
}

/** Whether strangers may reach metrics and health. */
export function adminAddress({ config }: Facts): Finding[] {
  const check = 'admin-address';
  if (isLoopback(config.adminHost)) return [fine(check, `the admin server is for this machine alone`)];
  return [
    trouble('info', check, {
      what: `the admin server listens on ${config.adminHost}:${config.adminPort}`,
      why: 'it has no password: whoever reaches it reads every figure',
      mend: 'let a firewall keep everybody but Prometheus away, or admin-host 127.0.0.1',
    }),
  ];
}

/** Whether `comet reload` will find the server. */
export function pidFile({ config, pidFile: fact }: Facts): Finding[] {
  const check = 'pid-file';
  switch (fact.state) {
    case 'none':
      return [
        trouble('info', check, {
          what: 'there is no pid-file',
          why: 'comet reload cannot find the server, and nothing keeps it from being started twice',
          mend: 'pid-file /run/comet/comet.pid',
        }),
      ];
    case 'unusable':
      return [
        trouble('fail', check, {
          what: fact.problem,
          why: 'the server does not start when it cannot write its pid file',
          mend: 'give it a directory that its user may write to, such as RuntimeDirectory= of systemd makes in /run',
        }),
      ];
    case 'stale':
      return [fine(check, `${config.pidFile} is left over from a crash; the next start replaces it`)];
    case 'free':
      return [fine(check, `${config.pidFile} can be written`)];
    case 'running':
      return [fine(check, `comet runs as process ${fact.pid}`)];
  }
}

/** Ports of one option of which the same is to be said. */
type Group = Omit<PortFact, 'port'> & { readonly ports: string };

function groupsOf(facts: readonly PortFact[]): Group[] {
  const groups = new Map<string, PortFact[]>();
  for (const fact of facts) {
    const name = `${fact.option} ${fact.state}`;
    groups.set(name, [...(groups.get(name) ?? []), fact]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, ports: group.map(({ port }) => port).join(', ') }];
  });
}

function portTrouble({ option, host, ports: list, state }: Group): Finding[] {
  const check = 'ports';
  switch (state) {
    case 'free':
      return [];
    case 'comet':
      return [
        trouble('info', check, {
          what: `a comet server has ${list} on ${host} already, and no pid-file tells that it is this one`,
          why: 'a second one with the same ports does not start',
          mend: "if it is this server, give its --config or environment: this shell's options may not be its own, also in what follows; then pid-file. Another port if that is another server",
        }),
      ];
    case 'taken':
      return [
        trouble('fail', check, {
          what: `${list} on ${host} (${option}) is taken by another program`,
          why: 'the server does not start',
          mend: `"ss -ltnp" says which; end it, or choose another ${option}`,
        }),
      ];
    case 'forbidden':
      return [
        trouble('fail', check, {
          what: `${list} on ${host} (${option}) may not be bound by this user`,
          why: 'ports below 1024 need a privilege: the server does not start',
          mend: `a ${option} above 1023 (nginx stands in front anyway), or AmbientCapabilities=CAP_NET_BIND_SERVICE`,
        }),
      ];
    case 'no-address':
      return [
        trouble('fail', check, {
          what: `${host} is no address of this machine`,
          why: 'the server does not start',
          mend: `${option === 'port' ? 'host' : 'admin-host'}: one of "ip address", or 0.0.0.0`,
        }),
      ];
  }
}
