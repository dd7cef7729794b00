// SPDX-License-Identifier: Apache-2.0
package dev.culebra.posix;

/**
 * Says where the members of a system's {@code struct sockaddr_*} are, and how it numbers families. A
 * record, whose components the compiler takes for the constants that they are.
 *
 * @param inet AF_INET
 * @param inet6 AF_INET6
 * @param unix AF_UNIX
 * @param inBytes the size of {@code sockaddr_in}
 * @param inPort the offset of {@code sin_port}
 * @param inAddress the offset of {@code sin_addr}
 * @param in6Bytes the size of {@code sockaddr_in6}
 * @param in6Port the offset of {@code sin6_port}
 * @param in6Address the offset of {@code sin6_addr}
 * @param in6Scope the offset of {@code sin6_scope_id}
 * @param unBytes the size of {@code sockaddr_un}
 * @param unPath the offset of {@code sun_path}
 */
record SockaddrLayout(
    int inet,
    int inet6,
    int unix,
    int inBytes,
    int inPort,
    int inAddress,
    int in6Bytes,
    int in6Port,
    int in6Address,
    int in6Scope,
    int unBytes,
    int unPath) {}
