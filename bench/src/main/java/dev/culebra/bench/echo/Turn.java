// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

/**
 * What one turn of one server came to.
 *
 * @param cpuMicros user and system time of its process for each request
 * @param userMicros the user time of that; NaN where the system does not tell
 * @param requestsPerSecond how many came back
 * @param p50Micros half of them within this time
 * @param p99Micros all but one in a hundred within this
 * @param lost how many datagrams did not come back
 */
record Turn(
    double cpuMicros,
    double userMicros,
    double requestsPerSecond,
    double p50Micros,
    double p99Micros,
    long lost) {}
