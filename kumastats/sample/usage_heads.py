"""Headers of the Microsoft 365 usage reports, in the vintages met in the field."""

from __future__ import annotations


def _heads(text: str) -> tuple[str, ...]:
    return tuple(text.replace("\n", "").split(","))


TEAMS_OLD = _heads(
    """Report Refresh Date,User Principal Name,Last Activity Date,Is Deleted,Deleted Date,Assigned Products,
Team Chat Message Count,Private Chat Message Count,Call Count,Meeting Count,Has Other Action,Report Period"""
)
TEAMS_NEW = _heads(
    """Report Refresh Date,Tenant Display Name,Shared Channel Tenant Display Names,User Id,User Principal Name,
Last Activity Date,Is Deleted,Deleted Date,Assigned Products,Team Chat Message Count,Private Chat Message Count,
Call Count,Meeting Count,Post Messages,Reply Messages,Urgent Messages,Meetings Organized Count,
Meetings Attended Count,Ad Hoc Meetings Organized Count,Ad Hoc Meetings Attended Count,
Scheduled One-time Meetings Organized Count,Scheduled One-time Meetings Attended Count,
Scheduled Recurring Meetings Organized Count,Scheduled Recurring Meetings Attended Count,Audio Duration,
Video Duration,Screen Share Duration,Audio Duration In Seconds,Video Duration In Seconds,
Screen Share Duration In Seconds,Has Other Action,Is Licensed,Report Period"""
)
EMAIL = _heads(
    """Report Refresh Date,User Principal Name,Display Name,Is Deleted,Deleted Date,Last Activity Date,Send Count,
Receive Count,Read Count,Meeting Created Count,Meeting Interacted Count,Assigned Products,Report Period"""
)
ONEDRIVE = _heads(
    """Report Refresh Date,Site URL,Owner Display Name,Is Deleted,Last Activity Date,File Count,Active File Count,
Storage Used (Byte),Storage Allocated (Byte),Owner Principal Name,Report Period"""
)
_LICENCES = ("Exchange", "OneDrive", "SharePoint", "Skype For Business", "Yammer", "Teams")
ACTIVE = (
    *("Report Refresh Date", "User Principal Name", "Display Name", "Is Deleted", "Deleted Date"),
    *(f"Has {p} License" for p in _LICENCES), *(f"{p} Last Activity Date" for p in _LICENCES),
    *(f"{p} License Assign Date" for p in _LICENCES), "Assigned Products",
)  # fmt: skip
# the misspelt header is the product's own
SKYPE = _heads(
    """Report Refresh Date,User Principal Name,Is Deleted,Deleted Date,Last Activity Date,Total Peer-to-peer Session Count,
Total Organized Conference Count,Total Participated Conference Count,Peer-to-peer Last Activity Date,
Organized Conference Last Activity Date,Participated Conference Last Activity Date,Peer-to-peer IM Count,
Peer-to-peer Audio Count,Peer-to-peer Audio Minutes,Peer-to-peer Video Count,Peer-to-peer Video Minutes,
Peer-to-peer App Sharing Count,Peer-to-peer File Transfer Count,Organized Conference IM Count,
Organized Conference Audio/Video Count,Organized Conference Audio/Video Minutes,
Organized Conference App Sharing Count,Organized Conference Web Count,
Organized Conference Dial-in/out 3rd Party Count,Organized Conference Dial-in/out Microsoft Count,
Organized Conference Dial-in Microsoft Minutes,Organized Conference Dial-out Microsoft Minutes,
Paricipated Conference IM Count,Participated Conference Audio/Video Count,
Participated Conference Audio/Video Minutes,Participated Conference App Sharing Count,
Participated Conference Web Count,Participated Conference Dial-in/out 3rd Party Count,Assigned Products,Report Period"""
)
