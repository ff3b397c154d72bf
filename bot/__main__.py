"""The command `andon`, also as `python -m bot`."""

from bot.cli import app


def main() -> None:
    """Run the command line."""
    app(prog_name="andon")


if __name__ == "__main__":
    main()
