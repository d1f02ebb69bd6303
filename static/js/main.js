/** The first module of every page: starts the others. Each guards itself against pages it is not for. */
import { start as startAbout } from "./about.js";
import { start as startAnnouncing } from "./announce.js";
import { start as startAnswers } from "./answers.js";
import "./composer.js";
import { start as startCopy } from "./copy.js";
import { start as startDays } from "./days.js";
import { start as startDemand } from "./demand.js";
import { start as startDropping } from "./dropping.js";
import { start as startKeys } from "./keys.js";
import { start as startList } from "./list.js";
import { start as startLive } from "./live.js";
import { start as startMenus } from "./menus.js";
import { start as startPanes } from "./panes.js";
import { start as startPicker } from "./picker.js";
import "./player.js";
import { start as startPresence } from "./presence.js";
import { start as startScroll } from "./scroll.js";
import { start as startSending } from "./sending.js";
import { start as startSession } from "./session.js";
import { start as startSeen } from "./seen.js";
import { start as startTheme } from "./theme.js";
import { start as startTicks } from "./ticks.js";
import { start as startTitle } from "./title.js";
import { start as startTools } from "./tools.js";
import { start as startTyping } from "./typing.js";
import { start as startUndo } from "./undo.js";

document.documentElement.dataset.script = "";
for (const start of [
  startSession, startTheme, startMenus, startAnswers, startPanes, startDays, startScroll, startTicks, startList, startCopy,
  startSending, startDropping, startDemand, startPicker, startKeys, startPresence, startSeen, startTitle, startTools, startAbout, startAnnouncing, startUndo, startTyping, startLive,
]) {
  start();
}
