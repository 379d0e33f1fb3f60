using System.Diagnostics;
using Backsoon.Billing;

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
        OperatorAct.TenantsListed => "Looked through the list of businesses",
        OperatorAct.TenantsSearched => "Searched for a business",
        OperatorAct.TenantOpened => "Opened a business’s page in the console",
        OperatorAct.ContactShown => "Was shown the owner’s name, address and number",
        OperatorAct.MailSentAgain => "Had a stuck mail sent again",
        OperatorAct.MailWithdrawn => "Withdrew a stuck mail",
        OperatorAct.MailsSentAgain => "Had all stuck mails of an error sent again",
        OperatorAct.MailsWithdrawn => "Withdrew all stuck mails of an error",
        OperatorAct.KeysRotated => "Made a new signing key",
        _ => throw new UnreachableException($"There is no word for {act}."),
    };

    public static string Of(BillingStanding standing) => standing switch
    {
        BillingStanding.Unbilled => "nothing is charged",
        BillingStanding.Trial => "in its trial",
        BillingStanding.TrialOver => "its trial is over",
        BillingStanding.Active => "paid",
        BillingStanding.PastDue => "a payment failed",
        BillingStanding.Unpaid => "unpaid",
        BillingStanding.Ended => "ended",
        _ => throw new UnreachableException($"There is no word for {standing}."),
    };
}
