using Backsoon.Shared;
using Microsoft.AspNetCore.Components;

namespace Backsoon.Dispatch;

/// <summary>The style sheet of the board and the pages around it, for a layout's head.</summary>
public static class BoardStyles
{
    private static readonly string s_address = Styles.Address("board.css");

    public static readonly RenderFragment Link = head => head.AddMarkupContent(0, $"<link rel=\"stylesheet\" href=\"{s_address}\">");
}
