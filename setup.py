"""What pyproject.toml cannot say of the build: the pages' assets of npm go into wheel and sdist."""

import runpy
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

NPM = runpy.run_path(str(Path(__file__).with_name("api") / "npm.py"))
SOURCE = Path(NPM["NAME"])


class WithAssets(build_py):
    """The rooms, and in the room of the api what its pages need of npm's packages."""

    def run(self) -> None:
        """Build; without the assets there is no wheel. A checkout finds them where set-up puts them."""
        super().run()
        if self.editable_mode:
            return
        names = list(NPM["shipped"](SOURCE))
        if missing := [name for name in names if not (SOURCE / name).is_file()]:
            raise SystemExit(f"The pages' assets are not installed ({missing[0]}): ./setup.sh run brings them.")
        for name in names:
            target = Path(self.build_lib, "api", NPM["NAME"], name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(SOURCE / name, target)

    def get_source_files(self) -> list[str]:
        """Name the assets too, so that a wheel can be built from the sdist alone."""
        assets = (SOURCE / name for name in NPM["shipped"](SOURCE))
        return [*super().get_source_files(), "api/npm.py", *(str(path) for path in assets if path.is_file())]


setup(cmdclass={"build_py": WithAssets})
