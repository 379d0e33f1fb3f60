using System.Diagnostics;

namespace Backsoon.Operators;

/// <summary>What the log says, in words.</summary>
public static class OperatorWords
{
    public static string Of(OperatorAct act) => act switch
    {
        OperatorAct.SignedIn => "Signed in",
        OperatorAct.SignedOut => "Signed out",
        OperatorAct.LinkPrinted => "Had a link to sign in printed on the machine",
        OperatorAct.AuditExported => "Downloaded the audit log",
        _ => throw new UnreachableException($"There is no word for {act}."),
    };
}
