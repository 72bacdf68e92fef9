"""Uploads archives to Panther's public API, and sends none again that may have been received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from panther_ci.deployments.api.client import Client
from panther_ci.deployments.api.connection import check_connection
from panther_ci.deployments.api.deletion import delete
from panther_ci.deployments.api.exchange import Exchange
from panther_ci.deployments.api.listing import Listing, list_everything
from panther_ci.deployments.api.patience import Patience, Timer
from panther_ci.deployments.api.settings import Settings
from panther_ci.deployments.api.upload import Upload, find_capabilities
from panther_ci.deployments.api.validation import validate
from panther_ci.deployments.base import (
    Connection,
    Deleted,
    Deletion,
    Issue,
    Plan,
    Progress,
    Summary,
    changed_nothing,
    count_types,
    explain_stop,
    list_facts,
    name_archive,
)
from panther_ci.errors import DeploymentError, Interrupted
from panther_ci.kinds import CURRENT, AnalysisType
from panther_ci.model import Archive, ArchiveLimit, Json

# "Base64-encoded zipfile (up to 5MB)", says the published schema: base64 makes four bytes out of three.
LIMIT = ArchiveLimit(3_750_000, deflated=True)


@dataclass(frozen=True, slots=True)
class ApiDeployment:
    """Panther's public API at `settings.url`.

    `client` sends single requests; `exchange` makes what also repeats them until the deadline. Every call
    raises `InputError` without a host or a token, and `DeploymentError` if it is not sure that all was done.
    """

    settings: Settings
    progress: Progress
    patience: Patience = field(default_factory=Patience)

    @property
    def target(self) -> str:
        """What to call this deployment."""
        return self.settings.target

    @property
    def accepts(self) -> frozenset[AnalysisType]:
        """What current deployments accept."""
        return CURRENT

    @property
    def limit(self) -> ArchiveLimit:
        """What the API takes in one request."""
        return LIMIT

    @property
    def client(self) -> Client:
        """What sends one request, once."""
        return Client(self.settings, self.patience.request_seconds)

    def exchange(self) -> Exchange:
        """A new exchange of requests, whose time begins now."""
        self.settings.require()
        return Exchange(self.client, Timer(self.patience, self.settings.timeout_minutes * 60), self.progress)

    def plan(self, archives: Sequence[Archive]) -> Plan:
        """What would be uploaded; nothing is contacted."""
        unseen = "this deployment is not asked for its state; its answer to the upload counts the changes"
        return Plan(self.settings.target, list_facts(archives), count_types(archives), unseen=unseen)

    def deploy(self, archives: Sequence[Archive]) -> Summary:
        """Upload the archives one after the other: what later ones need is taken before they are sent."""
        if not archives:
            return Summary(self.settings.target, ())
        exchange = self.exchange()
        try:
            upload = Upload(exchange, find_capabilities(exchange))
        except Interrupted as stop:
            raise DeploymentError(f"Stopped by {stop}; nothing was uploaded.", "Deploy again.") from None
        answers: list[Mapping[str, Json]] = []
        for number, archive in enumerate(archives, 1):
            try:
                answers.append(upload.send(archive.data, number, len(archives)))
            except DeploymentError as error:
                raise name_archive(error, len(answers), len(archives)) from error
            except Interrupted as stop:
                raise name_archive(explain_stop(stop), len(answers), len(archives)) from None
        facts = list_facts(archives)
        uploaded = tuple(fact.sha256 for fact in facts)
        return Summary(self.settings.target, facts, tuple(answers), uploaded, changed_nothing(answers))

    def resume(self, receipt: str) -> Summary:
        """Wait for the end of an upload that the deployment received before, and send nothing."""
        exchange = self.exchange()
        upload = Upload(exchange, find_capabilities(exchange))
        return Summary(self.settings.target, (), (upload.resume(receipt),), resumed=True)

    def validate(self, archives: Sequence[Archive]) -> tuple[Issue, ...]:
        """What the deployment would refuse in archives, changing nothing."""
        exchange = self.exchange()
        return tuple(issue for archive in archives for issue in validate(exchange, archive.data))

    @property
    def deletes(self) -> bool:
        """The API can."""
        return True

    def delete(self, wanted: Deletion, dry_run: bool) -> Deleted:
        """Delete in one request, or say what there is."""
        return delete(self.exchange(), wanted, dry_run)

    def list_everything(self) -> Listing:
        """What is there, by the REST API, changing nothing."""
        return list_everything(self.exchange())

    def check(self) -> Connection:
        """Ask for the version, and whether the token may upload, changing nothing."""
        return check_connection(self.client, self.patience.now())
