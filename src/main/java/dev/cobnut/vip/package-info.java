/// The virtual IP: a speaker of VRRP, which moves an address between the machines of proxies. A process of its own.
///
/// ```
///   file ──► VipSettings ──► Speaker ◄── verdicts ── checks     what is asked, on threads of their own
///                              │  ▲
///                     effects  │  │ events, one thread
///                              ▼  │
///                        vrrp/VirtualRouter                     what to do: pure
///                              │
///                              ▼
///                        Network ◄── linux                      sockets, addresses, neighbours
/// ```
///
/// May import: `admin`, `config`, `stats`, `topology`; of its own rooms `vrrp` imports nothing, `file`, `checks` and `linux` know
/// `vrrp` and the records here. `VipProcess` puts all of it together. Start at {@link dev.cobnut.vip.Speaker}.
@NullMarked
package dev.cobnut.vip;

import org.jspecify.annotations.NullMarked;
