/// What a speaker of VRRP needs of a Linux kernel: raw sockets, addresses, neighbours, and the news about them.
///
/// System calls are made in {@link dev.cobnut.vip.linux.Libc} and nowhere else; what is sent and read there are bytes, made and
/// taken apart by pure classes (`Rtnetlink`, `Frames`, `SocketAddress`). May import: `vip`, `vip.vrrp`. Start at
/// {@link dev.cobnut.vip.linux.LinuxNetwork}.
@NullMarked
package dev.cobnut.vip.linux;

import org.jspecify.annotations.NullMarked;
