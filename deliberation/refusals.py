"""What each refusal's code says to a person, in French, the source language."""

from datetime import datetime
from typing import Any

from deliberation.i18n import formats
from deliberation.i18n.catalogue import mark as _
from deliberation.i18n.catalogue import translate

REFUSALS: dict[str, str] = {
    # whole requests
    "not-found": _("Cette page n’existe pas, ou elle ne vous est pas ouverte."),
    "sign-in-needed": _("Identifiez-vous pour continuer."),
    "kept-form-gone": _(
        "Ce texte n’est plus gardé : il a été envoyé, ou plus d’une heure a passé. Il ne l’est que"
        " dans le navigateur où il a été écrit."
    ),
    "confirmation-needed": _("Confirmez d’abord que c’est vous."),
    "passkey-needed": _("Votre collectivité demande une clé d’accès pour exercer vos rôles."),
    "passkey-first": _(
        "Connectez-vous d’abord avec une clé d’accès : vous ne pourriez plus revenir ici."
    ),
    "passkey-not-valid": _("Cette clé d’accès n’est pas reconnue ici. Réessayez."),
    "passkey-known": _("Cette clé d’accès est déjà enregistrée."),
    "passkey-too-late": _("La demande a trop attendu. Réessayez."),
    "too-many-passkeys": _("Vous avez déjà %(most)s clés d’accès : retirez-en une."),
    "name-needed": _("Dites d’abord sous quel nom vous écrivez : vos textes publics sont signés."),
    "not-yours": _("Seule la personne qui a écrit ce texte peut le changer."),
    "too-many": _("Trop de demandes en peu de temps. Réessayez dans %(retry_after)s."),
    "too-many-wrong-codes": _(
        "Ce code n’est pas valable, et trop de codes faux ont été essayés depuis ce réseau. "
        "Vérifiez chaque signe : un code exact est accepté tout de suite."
    ),
    "invalid": _("Certaines réponses sont à corriger."),
    "form-expired": _("Ce formulaire a expiré. Rechargez la page puis envoyez-le de nouveau."),
    "foreign-origin": _("Cette demande vient d’un autre site : elle est refusée."),
    "clock-is-real": _("L’horloge d’une installation réelle ne peut pas être décalée."),
    "bad-request": _("Cette demande ne peut pas être comprise."),
    "bad-method": _("Cette adresse n’accepte pas ce type de demande."),
    "too-large": _("Cet envoi est trop volumineux."),
    "too-slow": _(
        "Votre envoi a mis trop de temps à arriver. Vérifiez votre connexion, puis recommencez."
    ),
    "failure": _("Le service a rencontré une erreur. Réessayez dans un instant."),
    "no-mail-server": _(
        "Ce site n’envoie pas encore de courriel : personne ne peut y recevoir de code pour "
        "l’instant. Les responsables du site doivent d’abord régler l’envoi des courriels."
    ),
    "unavailable": _(
        "Le service est momentanément indisponible. Ce qui vous a été confirmé est enregistré ; "
        "pour le reste, recommencez dans %(retry_after)s."
    ),
    "urn-is-open-for-migration": _(
        "Un vote scellé est ouvert, et cette version du logiciel change la base de données. "
        "Remettez la version précédente, puis changez de version après la clôture."
    ),
    "not-json": _("Le corps de la demande doit être un objet JSON."),
    "invalid-ballots": _("Ces bulletins ne peuvent pas être lus."),
    # phases
    "proposing-not-open": _("Les propositions ne sont pas ouvertes en ce moment."),
    "supporting-not-open": _("Les soutiens ne sont pas ouverts en ce moment."),
    "proposing-closed": _("La phase de propositions est terminée."),
    "supporting-closed": _("Les soutiens sont clos."),
    "commenting-closed": _("La discussion est close."),
    "commenting-not-open": _("La discussion n’est pas ouverte en ce moment."),
    "voting-not-open": _("Le vote n’est pas encore ouvert."),
    "voting-closed": _("Le vote est clos : ce bulletin n’a pas été pris en compte."),
    "typing-over": _("La saisie des bulletins papier est terminée : le vote est compté sans eux."),
    "needs-a-countersigner": _(
        "Cette décision revient à une des personnes nommées pour contresigner avant l’ouverture du "
        "vote, et vous n’en faites pas partie ; leurs noms sont publics."
    ),
    "role-too-recent": _(
        "Votre rôle date d’après l’ouverture du vote : quelqu’un qui l’avait avant doit décider."
    ),
    "not-in-the-team": _("Choisissez une personne de l’équipe qui a dit son nom."),
    "already-in-the-team": _("Cette adresse a déjà ce rôle."),
    "already-named": _("Cette personne est déjà nommée."),
    "too-many-countersigners": _("Dix personnes au plus peuvent être nommées."),
    "no-paper-mark": _("Cette personne n’est pas émargée sur papier ni au guichet."),
    "papers-already-typed": _(
        "Autant de bulletins sont saisis que de personnes émargées : en annuler une laisserait un "
        "bulletin de trop."
    ),
    "somebody-has-voted": _(
        "Une au moins de ces personnes a déjà voté : personne n’est émargé. Émargez-les une par "
        "une ; chaque consultation de ce genre est comptée et publiée."
    ),
    "needs-another-person": _(
        "Une autre personne de l’équipe doit décider : vous avez déjà agi ici, et il faut être "
        "deux."
    ),
    "no-such-elector": _("Personne ne porte cet identifiant sur la liste."),
    "already-asked": _("Une demande attend déjà une décision pour cette personne."),
    "no-roll": _("La liste des personnes appelées à voter est vide."),
    "too-many-trustees": _("Cinq dépositaires au plus."),
    "trustee-twice": _("Cette clé ou ce nom est déjà celui d’une ou un autre dépositaire."),
    "not-a-trustee-key": _("Ce fichier n’est pas une clé publique de dépositaire."),
    "trustees-missing": _("Il faut trois ou cinq dépositaires."),
    "no-rehearsal": _("La répétition n’est pas commencée."),
    "not-shares": _("Ce fichier n’est pas celui des parts d’une ou un dépositaire."),
    "other-rehearsal": _("Ces parts viennent d’une autre répétition : reprenez l’urne d’essai."),
    "no-urn-open": _("Aucune urne scellée n’est ouverte."),
    "not-later": _("La nouvelle clôture doit venir après celle qui est annoncée."),
    "already-voted": _("Cette personne a déjà voté."),
    "more-papers-than-marks": _(
        "Il y a plus de bulletins saisis que de personnes émargées sur papier ou au guichet."
    ),
    "urn-not-closed": _("L’urne n’est pas close."),
    "already-counted": _("Ce vote est déjà compté et son résultat publié."),
    "no-recount-file": _(
        "Ce résultat n’a pas de fichier de recomptage : moins de dix bulletins ont été comptés, ou "
        "la méthode demande des bulletins entiers, et leur publication n’a pas été annoncée."
    ),
    "not-minutes": _("Ce fichier n’est pas un procès-verbal de dépouillement."),
    "urn-not-ready": _("L’urne de ce vote n’est pas encore prête : aucun bulletin n’est reçu."),
    "not-on-the-roll": _("Vous n’êtes pas sur la liste des personnes appelées à ce vote."),
    "voted-on-paper": _("Vous avez déjà voté sur papier ou au guichet : ce vote compte seul."),
    "revoting-lost": _(
        "Votre premier vote est enregistré et sera compté. Il ne peut plus être changé : la clé qui"
        " le permettait est perdue."
    ),
    "slot-key-missing": _(
        "Ce vote ne peut pas être reçu pour le moment : il manque une clé au site. Ce qui a été"
        " confirmé reste enregistré et sera compté. Réessayez plus tard."
    ),
    "slot-key-held": _("La clé de ce vote n’est pas perdue : elle est à sa place."),
    "operator-only": _("Seule la personne qui exploite le site peut le faire, par une commande."),
    "revote-too-soon": _(
        "Vous avez déjà changé votre vote plusieurs fois. Votre vote précédent reste enregistré :"
        " attendez une minute pour le changer encore."
    ),
    "revotes-used-up": _(
        "Vous ne pouvez plus changer votre vote : trop de bulletins ont été reçus pour vous. Le"
        " dernier reste enregistré. S’ils ne sont pas tous de vous, prévenez la collectivité : si"
        " vous votez avec un code reçu par courrier, elle peut le remplacer."
    ),
    "identity-needed": _("Identifiez-vous d’abord auprès du fournisseur d’identité."),
    "identity-expired": _(
        "Cette identification n’est plus valable : elle a pris trop de temps, elle a déjà servi ou"
        " elle vient d’un autre navigateur."
    ),
    "identity-cancelled": _("Vous n’avez pas terminé l’identification."),
    "identity-not-proved": _("La réponse du fournisseur d’identité n’a pas pu être vérifiée."),
    "identity-too-weak": _(
        "Votre identité n’a pas été vérifiée assez sûrement pour ce vote. Choisissez un moyen"
        " d’identification plus sûr."
    ),
    "identity-unavailable": _(
        "Le fournisseur d’identité ne répond pas. Personne ne peut être identifié pour le moment."
    ),
    "code-short": _(
        "Ce code est trop court. Il compte vingt lettres et chiffres ; nombre de signes qui"
        " manquent : %(count)s."
    ),
    "code-long": _(
        "Ce code est trop long. Il compte vingt lettres et chiffres ; nombre de signes en trop :"
        " %(count)s."
    ),
    "code-wrong": _("Ce code n’est pas valable. Vérifiez-le sur votre courrier."),
    "browser-needed": _("Ce vote se fait sur sa page, dans un navigateur."),
    "no-board": _("Ce vote n’a pas de tableau public : il n’est pas scellé, ou pas encore ouvert."),
    "not-a-receipt": _(
        "Ce n’est ni une référence (huit groupes de quatre signes, de 0 à 9 et de a à f), ni une "
        "empreinte, ni le fichier d’un reçu."
    ),
    "code-needed": _("Ce vote demande le code reçu par courrier."),
    "urn-open": _("L’urne est ouverte : liste, dépositaires et options ne changent plus."),
    "editing-closed": _("La phase de propositions est terminée : le texte ne peut plus changer."),
    "already-open": _("La consultation est déjà ouverte."),
    "not-draft": _("Seule une consultation en préparation peut être retirée ou changée ainsi."),
    "last-administrator": _(
        "C’est la dernière personne chargée de l’administration : confiez d’abord ce rôle à "
        "quelqu’un d’autre."
    ),
    "poll-begun": _("Le vote a commencé : la question et les options ne changent plus."),
    "no-result-yet": _("Le résultat n’est pas encore publié : il n’y a rien à quoi répondre."),
    "already-decided": _("Quelqu’un a déjà décidé : ce texte n’attend plus."),
    "suspended": _(
        "Votre compte est suspendu par cette collectivité : vous pouvez lire et voter, mais ni "
        "proposer, ni écrire, ni soutenir. La page de votre compte dit pourquoi, et comment "
        "contester."
    ),
    "team-member": _(
        "Cette personne a un rôle dans votre équipe : retirez-le d’abord, à la page de l’équipe."
    ),
    "already-suspended": _("Ce compte est déjà suspendu."),
    "already-contested": _("Vous avez déjà contesté cette décision : une réponse vous parviendra."),
    "not-contested": _("Personne n’attend de réponse à une contestation de cette décision."),
    "measure-over": _("Cette décision a déjà été levée."),
    "link-too-early": _(
        "Votre compte est nouveau : un lien ne peut être ajouté à un texte public que le lendemain "
        "de votre première publication."
    ),
    "own-text": _("Ce texte est le vôtre : une autre personne de l’équipe doit décider."),
    # the roll's file, line by line
    "roll-faults": _("Ce fichier est à corriger : rien n’a été chargé."),
    "roll-not-utf8": _(
        "Ce fichier n’est pas en UTF-8. Enregistrez-le de nouveau au format « CSV UTF-8 »."
    ),
    "roll-not-csv": _("Ce fichier n’est pas un tableau CSV lisible."),
    "roll-unknown-column": _(
        "La colonne « %(value)s » n’est pas connue : identifiant, nom, courriel ou sujet."
    ),
    "roll-column-twice": _("La colonne « %(value)s » figure deux fois."),
    "roll-no-identifier": _("La colonne « identifiant » manque."),
    "roll-empty": _("Ce fichier ne nomme personne."),
    "roll-columns": _("Cette ligne a %(found)s cases au lieu de %(expected)s."),
    "roll-no-number": _("L’identifiant manque."),
    "roll-value": _("Cette valeur est trop longue ou contient un signe invisible : « %(value)s »."),
    "roll-email": _(
        "« %(value)s » n’est pas une adresse électronique : "
        "prenom.nom@exemple.fr, sans rien autour."
    ),
    "roll-number-twice": _(
        "L’identifiant « %(value)s » est déjà celui de la ligne %(other)s, ou lui ressemble trop."
    ),
    "roll-email-twice": _("L’adresse « %(value)s » est déjà celle de la ligne %(other)s."),
    "roll-subject-twice": _("Le sujet « %(value)s » est déjà celui de la ligne %(other)s."),
    "confirm-revoking": _("Confirmez que les codes déjà remis ne vaudront plus rien."),
    "not-base64": _("Ce texte n’est pas un fichier écrit en base64."),
    "not-a-signature": _("Ce fichier n’est pas la signature d’une ou un dépositaire."),
    "not-a-pdf": _("Ce fichier n’est pas un PDF."),
    "file-needed": _("Choisissez un fichier."),
    # fields
    "reply-has-no-stance": _("Une réponse ne se range ni pour ni contre."),
    "required": _("Ce champ est nécessaire."),
    "too-long": _(
        "Ce texte est trop long : %(most)s caractères au plus, %(over)s de trop. Rien n’est coupé."
    ),
    "too-many-marks": _("Ce texte porte plus de %(most)s accents de suite sur une lettre."),
    "too-short": _("Ce texte est trop court : %(least)s caractères au moins."),
    "not-a-choice": _("Choisissez une des réponses proposées."),
    "not-a-number": _("Écrivez un nombre."),
    "not-a-date": _("Écrivez une date et une heure, par exemple 12/03/2027 18:00."),
    "not-a-year": _("Écrivez l’année en quatre chiffres, de %(least)s à %(most)s."),
    "not-printable": _("Ce nom contient un signe invisible : écrivez-le de nouveau."),
    "name-of-other": _(
        "Ce nom est celui d’une collectivité, ou d’une personne qui y est élue ou y travaille."
        " Ajoutez un prénom, ou choisissez-en un autre."
    ),
    "not-an-email": _("Écrivez une adresse électronique, par exemple prenom.nom@exemple.fr."),
    "email-name": _(
        "Avant le signe @, une adresse électronique ne peut contenir que des lettres sans accent, "
        "des chiffres et quelques signes, comme dans prenom.nom@exemple.fr."
    ),
    "email-domain": _(
        "Après le signe @, cette adresse n’est pas celle d’un site : écrivez par exemple "
        "exemple.fr, sans espace, virgule ni signe invisible."
    ),
    "not-a-slug": _("Utilisez des lettres minuscules sans accent, des chiffres et des tirets."),
    "not-a-logo": _("Ce logo doit être un dessin SVG simple, sans script ni image extérieure."),
    "not-an-origin": _("Écrivez une adresse de site comme https://www.ville.fr, sans page."),
    "phase-twice": _("Cette phase figure déjà plus haut."),
    "ends-before-start": _("La fin doit venir après le début."),
    "phase-begun": _("Cette phase a commencé : son début ne change plus."),
    "phase-over": _("Cette phase est terminée : ses dates ne changent plus."),
    "phase-sealed": _(
        "Une urne scellée est ouverte : seule une prolongation décidée à deux change cette date."
    ),
    "sealed-needs-a-roll": _(
        "Un vote scellé demande une liste des personnes appelées à voter : code par courrier,"
        " adresse inscrite sur la liste ou fournisseur d’identité."
    ),
    "needs-whole-ballots": _(
        "Ce mode de comptage ne se recompte qu’avec tous les bulletins entiers : acceptez leur"
        " publication, ou choisissez-en un autre."
    ),
    "ends-in-past": _("La nouvelle fin doit être à venir."),
    "starts-in-past": _("Sur une consultation publique, un début ne se fixe pas dans le passé."),
    "shorter-than-announced": _(
        "Cette étape durerait moins longtemps qu’annoncé : repoussez sa fin d’autant que son début."
    ),
    "earlier-needs-two": _(
        "Une fin annoncée ne peut que reculer. Pour l’avancer, deux personnes doivent le décider."
    ),
    "dropping-needs-two": _(
        "Une étape annoncée ne se supprime que par une décision de deux personnes."
    ),
    "not-earlier": _("Cette fin n’est pas plus tôt que celle qui est annoncée."),
    "change-needs-a-reason": _(
        "Ce qui change était annoncé : donnez la raison en dix caractères au moins. Elle sera "
        "publiée."
    ),
    "not-public": _("Cette consultation n’est pas publique : changez-la dans son formulaire."),
    "urn-holds": _("Une urne scellée est ouverte : ses dates se tiennent, et le vote aussi."),
    "not-withdrawn": _("Ce texte n’est pas retiré : il n’y a rien à rétablir."),
    "not-a-draft": _("Cette proposition est publiée : elle peut être retirée, pas supprimée."),
    "not-published": _("Ce texte n’est pas public : il peut être supprimé, pas retiré."),
    "not-editable": _("Ce texte a été retiré ou masqué : il ne change plus."),
    "not-a-cursor": _("Cette suite de liste n’existe plus. Revenez au début de la liste."),
    "not-a-colour": _("Écrivez une couleur comme #0B5A5E."),
    "slug-stays": _("Cette adresse ne change plus : des liens y mènent."),
    "taken": _("Ce nom est déjà pris."),
    "too-few": _("Il en faut au moins %(least)s."),
    "too-numerous": _("Il en faut %(most)s au plus."),
    "out-of-range": _("Écrivez un nombre possible."),
    "twice": _("Ce texte figure déjà plus haut, ou lui ressemble trop."),
    "one-line": _("Écrivez ce texte sur une seule ligne."),
    "not-comparable": _("Cette méthode ne peut pas compter ces bulletins."),
    "unknown-option": _("Cette option n’existe pas."),
    "no-choice": _("Votre bulletin est vide. Exprimez un choix, ou cochez « Voter blanc »."),
    "blank-and-choice": _(
        "Un vote blanc ne peut pas exprimer de choix : décochez l’un ou l’autre."
    ),
    "rank-twice": _("Ce rang est déjà donné plus haut : chaque rang ne sert qu’une fois."),
    "results-not-yet": _(
        "Les résultats restent fermés jusqu’à la clôture du vote et au compte des bulletins."
    ),
    "not-past": _("Ce vote n’est pas encore passé."),
    "six-digits": _("Recopiez les six chiffres reçus par courriel."),
    "wrong-code": _(
        "Ce code n’est pas le bon, ou il a expiré. Vérifiez-le ou demandez-en un autre."
    ),
}


# What follows a refusal that knows which values there are.
VALID = _("Valeurs possibles : %(valid)s.")


def refusal(lang: str, code: str, values: dict[str, Any] | None = None) -> str:
    """The sentence of a refusal in `lang`; moments and the wait among its values are written."""
    worded = {name: _written(lang, name, value) for name, value in (values or {}).items()}
    if code not in REFUSALS:  # a fault that a check of a sealed count found
        from deliberation.elections.results.verification_texts import FAULTS, as_sentence, fault

        if code in FAULTS:
            return as_sentence(fault(lang, code, values or {}))
    told = translate(lang, REFUSALS[code], **worded)
    return f"{told} {translate(lang, VALID, **worded)}" if "valid" in worded else told


def _written(lang: str, name: str, value: Any) -> Any:
    if name == "retry_after":
        return formats.wait(lang, value)
    return formats.moment(lang, value) if isinstance(value, datetime) else value
