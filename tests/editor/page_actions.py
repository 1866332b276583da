"""Small steps that the browser tests share: act on the page, wait until it has answered, look."""

from contextlib import contextmanager

SETTLED = """() => {
  const it = PocketStudio.instance;
  return !it.channel.busy && !it.transport.busy;
}"""
ACTIVE_TAKE = "(({takes, take}) => takes[take])(PocketStudio.instance.store.state)"
STEP_KICK_2 = '[role=gridcell][aria-label^="Kick, bar 1, beat 1, e"]'


def state(page, key):
    return page.evaluate(f"PocketStudio.instance.store.state.{key}")


def groove(page):
    return page.evaluate("PocketStudio.instance.groove")


def version(page):
    return page.evaluate("PocketStudio.instance.version")


def act(page, action):
    """Do something that asks for a new groove, and wait until it is there."""
    before = version(page)
    action()
    page.wait_for_function(f"PocketStudio.instance.version > {before}")
    page.wait_for_function(SETTLED)


def box(page, part):
    return page.locator(f'[data-ps="{part}"]').bounding_box()


def in_sight(locator):
    """Scroll as little as it takes to what the mouse is to reach; the console stays above it."""
    locator.evaluate("(node) => node.scrollIntoView({block: 'nearest', inline: 'nearest'})")
    return locator.bounding_box()


def cell(page, row, column):
    """The centre of a grid cell; row 0 is the top row, 6 the kick."""
    place = page.locator("[role=row]").nth(row).locator("[role=gridcell]").nth(column)
    found = in_sight(place)
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def lane_point(page, lane, column, row, n_rows):
    found = in_sight(page.locator(f'[data-ps="{lane}"]'))
    x = found["x"] + (column + 0.5) * found["width"] / 32
    return x, found["y"] + (row + 0.5) * found["height"] / n_rows


def drag(page, start, end, steps=4):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)
    page.mouse.up()


class Finger:
    """One finger on a page that has touch; it is where it was put until it goes `up`."""

    def __init__(self, page):
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def down(self, at):
        self._send("touchStart", at)

    def move(self, *points):
        for at in points:
            self._send("touchMove", at)
            self._page.wait_for_timeout(20)  # as a hand does: the browser tells a scroll from it

    def up(self):
        self._send("touchEnd")

    def cancel(self):
        """Let the browser, or the phone, take the gesture away."""
        self._send("touchCancel")

    def swipe(self, start, *points):
        self.down(start)
        self.move(*points)
        self.up()

    def _send(self, kind, *points):
        touches = [{"x": x, "y": y} for x, y in points]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def status(page):
    return page.locator('[data-ps="status"]').inner_text()


def conditions(page):
    """What stands in the one place for what is unusual, a line each."""
    return page.locator('[data-ps="conditions"] p').all_inner_texts()


def wait_for_condition(page, name):
    page.locator(f'[data-condition="{name}"]').wait_for()


def seed(page):
    """The seed of the chosen take."""
    return page.evaluate(f"{ACTIVE_TAKE}.seed")


def project(page):
    """Everything that the user has chosen, as the page would save it."""
    return chosen(
        page.evaluate(
            """async () => {
              const {store, boot} = PocketStudio.instance;
              const {projectOf} = await web('core/project.js');
              return projectOf(store.state, boot);
            }"""
        )
    )


def chosen(project):
    """`project` without what the takes keep, which comes with the answers of the model."""
    takes = [{key: take[key] for key in ("seed", "codes", "details")} for take in project["takes"]]
    return {**project, "takes": takes}


def settle(page):
    page.wait_for_function(SETTLED)


@contextmanager
def no_answers(page):
    """Let the server answer nothing; what was asked meanwhile is asked at the end."""
    asked = []
    page.route("**/api/*", lambda route: asked.append(route))
    yield
    for route in asked:
        route.continue_()
    page.unroute("**/api/*")


def n_asked(page):
    """How many grooves the page has asked the model for."""
    return page.evaluate("PocketStudio.instance.channel.counts.sent")
