"""`assay serve` as a resources server of NeMo-Gym, which starts this file and gives it a host and a port.

A server that already answers there is used; else this process becomes one.
"""

import os
import signal
import sys
import urllib.request

from nemo_gym.global_config import get_first_server_config_dict, get_global_config_dict


def is_served(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
        return True
    except OSError:
        return False


def main() -> None:
    # Gym names the block of its merged configuration that this process is.
    config = get_first_server_config_dict(get_global_config_dict(), os.environ["NEMO_GYM_CONFIG_PATH"])
    url = f"http://{config.host}:{config.port}"
    if is_served(url):
        print(f"assay at {url} is used", flush=True)
        signal.pause()
    command = [config.command, "serve", "--host", config.host, "--port", str(config.port), *config.arguments]
    try:
        os.execvp(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}; set assay.resources_servers.assay.command to the path of assay")


if __name__ == "__main__":
    main()
