using System.Text;

namespace Backsoon.Mail;

/// <summary>A calendar file that goes with a mail.</summary>
/// <param name="Method">As the file has it: "REQUEST", "CANCEL".</param>
/// <param name="Text">The file, ending its lines as RFC 5545 has it.</param>
public sealed record CalendarPart(string Method, string Text)
{
    public const string FileName = "invite.ics";

    /// <summary>Its bytes in base64, as providers take attachments.</summary>
    public string Content() => Convert.ToBase64String(Encoding.UTF8.GetBytes(Text));
}
