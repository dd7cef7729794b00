// SPDX-License-Identifier: Apache-2.0
package dev.culebra.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          ``                                           | culebra: name a command: demo, info, echo, load, bench, example
          serve                                        | culebra: there is no command 'serve'; there are demo, info, echo, load, bench, example
          --quiet                                      | culebra: Unknown option: '--quiet'
          info --yaml                                  | culebra info: Unknown option: '--yaml'
          info now                                     | culebra info: Unmatched argument at index 1: 'now'
          echo                                         | culebra echo: Missing required argument
          echo --port http                             | culebra echo: Invalid value for option '--port'
          echo --port 70000                            | culebra echo: --port takes a number from 0 to 65535, not 70000
          echo --port -1                               | culebra echo: --port takes a number from 0 to 65535, not -1
          echo --port 1 --unix a.sock                  | culebra echo: --port=N, --unix=PATH are mutually exclusive
          echo --port 1 --port 2                       | culebra echo: expected only one match but got
          echo --unix=                                 | culebra echo: --unix takes the path of a socket, and not an empty one
          echo --port 0 --loops -1                     | culebra echo: --loops takes a number from 0 to 1024, not -1
          echo --port 0 --loops 1025                   | culebra echo: --loops takes a number from 0 to 1024, not 1025
          echo --port 0 --loops two                    | culebra echo: Invalid value for option '--loops'
          echo --port 0 --mode sockets --loops 2       | culebra echo: --mode sockets runs on one loop
          echo --port 0 --cert a.pem                   | culebra echo: --cert and --key are for --tls
          echo --port 0 --tls --cert a.pem             | culebra echo: --cert and --key go together
          echo --port 0 --udp --tls                    | culebra echo: --udp has no TLS
          echo --port 0 --udp --mode streams           | culebra echo: --udp runs in the mode protocol
          echo --port 0 --udp --loops 2                | culebra echo: --udp runs on one loop
          echo --port 0 --udp --loops 0                | culebra echo: --udp runs on one loop
          echo --unix a.sock --udp                     | culebra echo: --udp is for --port, not for --unix
          echo --port 70000 --udp                      | culebra echo: --port takes a number from 0 to 65535, not 70000
          echo --port 0 --mode PROTOCOL                | culebra echo: Invalid value for option '--mode': 'PROTOCOL' is none of protocol, buffered, streams, sockets
          load --port 1                                | culebra load: Missing required options: '--connections=C', '--size=BYTES', '--seconds=S'
          load --port 0 --connections 1 --size 1 --seconds 1        | culebra load: --port takes a number from 1 to 65535, not 0
          load --port 1 --connections 0 --size 1 --seconds 1        | culebra load: --connections takes a number from 1 to 100000, not 0
          load --port 1 --connections 1 --size 0 --seconds 1        | culebra load: --size takes a number from 1 to 67108864, not 0
          load --port 1 --connections 1 --size 1 --seconds 0        | culebra load: --seconds takes a number from 0.1 to 3600, not 0
          load --port 1 --connections 1 --size 1 --seconds NaN      | culebra load: --seconds takes a number from 0.1 to 3600, not NaN
          load --port 1 --connections 1 --size 1 --seconds 1 --warmup -1 | culebra load: --warmup takes a number from 0 to 3600, not -1
          load --unix= --connections 1 --size 1 --seconds 1         | culebra load: --unix takes the path of a socket
          load --port 1 --connections 1 --size 1 --seconds 1 --cacert a.pem  | culebra load: --cacert is for --tls
          load --port 1 --connections 1 --size 1 --seconds 1 --insecure      | culebra load: --insecure is for --tls
          load --port 1 --connections 1 --size 1 --seconds 1 --tls --cacert a.pem --insecure | culebra load: --cacert and --insecure exclude each other
          load --port 1 --connections 1 --size 1 --seconds 1 --timeout 1     | culebra load: --timeout is for --udp
          load --port 1 --connections 1 --size 1 --seconds 1 --udp --tls     | culebra load: --udp has no TLS
          load --port 1 --connections 1 --size 65508 --seconds 1 --udp       | culebra load: --size takes a number from 1 to 65507, not 65508
          load --port 1 --connections 1 --size 1 --seconds 1 --udp --timeout 0 | culebra load: --timeout takes a number from 0.01 to 60, not 0
          load --port 1 --connections 1 --size 1 --seconds 1 --cpu-of 999999999 | culebra load: --cpu-of: there is no process 999999999
          load --port 0 --connections 1 --size 1 --seconds 1 --udp           | culebra load: --port takes a number from 1 to 65535, not 0
          load --unix a.sock --connections 1 --size 1 --seconds 1 --udp      | culebra load: --udp is for --port, not for --unix
          bench                                        | culebra bench: name a benchmark: memory, echo
          example lok                                  | culebra example: there is no example 'lok'; did you mean lock? (culebra example lists all)
          example --all                                | culebra example: Unknown option: '--all'
          bench speed                                  | culebra bench: Unmatched argument
          bench memory --connections 0                 | culebra bench memory: --connections takes a number from 1 to 1000000, not 0
          demo --fast                                  | culebra demo: Unknown option: '--fast'
          """)
  void wrongUsageIsOneLineAndExitCodeTwo(String command, String complaint) {
    CommandRun run = CommandRun.of(command.isEmpty() ? new String[0] : command.split(" "));

    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith(complaint), run.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "info --help",
        "echo --help",
        "load --help",
        "demo --help",
        "bench --help",
        "bench memory --help",
        "example --help"
      })
  void helpFitsATerminal(String command) {
    CommandRun run = CommandRun.of(command.split(" "));

    assertEquals(0, run.exitCode());
    assertEquals("", run.err());
    assertTrue(run.out().lines().allMatch(line -> line.length() <= 80), run.out());
  }

  @Test
  void versionIsOneLine() {
    CommandRun run = CommandRun.of("--version");

    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("Culebra "), run.out());
    assertEquals(1, run.out().lines().count());
  }
}
