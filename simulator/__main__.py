"""`python -m simulator`: the simulator on a port of its own."""

import argparse
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from simulator.app import Application, create
from simulator.settings import PHONE_NUMBER_ID, WABA_ID, BusinessNumber, Settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted, with uvicorn where it is installed, otherwise with Daphne."""
    options = parser().parse_args(arguments)
    simulator = create(settings_of(options))
    print(f"The phone: http://{options.host}:{options.port}/", flush=True)
    serve(simulator, options.host, options.port, options.server or available())


def parser() -> argparse.ArgumentParser:
    """The command line."""
    plain = Settings()
    made = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, default=8090)
    made.add_argument("--server", choices=("uvicorn", "daphne"))
    made.add_argument("--webhook-url", help="where webhooks are posted")
    made.add_argument("--app-secret", default=plain.app_secret, help="signs the webhooks")
    made.add_argument("--access-token", default=plain.access_token, help="the only bearer accepted")
    made.add_argument("--accept-log", type=Path, help="gets one JSON line per accept, fsynced")
    made.add_argument("--phone-number-id", action="append", help="repeat for several numbers")
    made.add_argument("--waba-id", default=WABA_ID)
    made.add_argument("--pin", default=plain.pin, help="the PIN that registers a number")
    made.add_argument(
        "--seed", type=int, default=plain.seed, help="of faults that strike by chance"
    )
    return made


def settings_of(options: argparse.Namespace) -> Settings:
    """Settings from the command line."""
    ids = options.phone_number_id or [PHONE_NUMBER_ID]
    return Settings(
        webhook_url=options.webhook_url,
        app_secret=options.app_secret,
        access_token=options.access_token,
        pin=options.pin,
        numbers=numbers(ids, options.waba_id),
        accept_log=options.accept_log,
        seed=options.seed,
    )


def numbers(ids: Sequence[str], waba_id: str) -> tuple[BusinessNumber, ...]:
    """One business number for each id, with display numbers that count up."""
    first = int(BusinessNumber().display)
    return tuple(
        BusinessNumber(number_id, waba_id, str(first + index))
        for index, number_id in enumerate(ids)
    )


def available() -> str:
    """The better server that is installed."""
    return "uvicorn" if importlib.util.find_spec("uvicorn") else "daphne"


def serve(application: Application, host: str, port: int, server: str) -> None:
    """Run one of the two servers."""
    if server == "uvicorn":
        uvicorn = importlib.import_module("uvicorn")
        uvicorn.run(
            application, host=host, port=port, log_level="warning", timeout_graceful_shutdown=1
        )
        return
    daphne = importlib.import_module("daphne.server")
    endpoint = f"tcp:port={port}:interface={host}"
    daphne.Server(application=application, endpoints=[endpoint]).run()


if __name__ == "__main__":
    main()
