package views

import "github.com/sealform/sealform/internal/words"

// messageRows are the words of the pages about messages.
var messageRows = []words.Row{
	{"the message of %s", "el mensaje del %s", "le message du %s"},
	{"Messages", "Mensajes", "Messages"},
	{"email", "correo electrónico", "e-mail"},
	{"text message", "mensaje de texto", "SMS"},
	{"phone call", "llamada", "appel téléphonique"},
	{"Messages about this form", "Mensajes sobre este formulario", "Messages au sujet de ce formulaire"},
	{"%s may send you messages by %s to %s. You can stop them at any time.", "%s puede enviarle mensajes por %s a %s. Puede pararlos cuando quiera.", "%s peut vous envoyer des messages par %s à %s. Vous pouvez les arrêter à tout moment."},
	{"Messages stop", "No habrá más mensajes", "Les messages s’arrêtent"},
	{"%s sends nothing more by %s to %s. This holds from now on.", "%s no enviará nada más por %s a %s desde ahora.", "%s n’envoie plus rien par %s à %s, dès maintenant."},
	{"The practice sees that and will reach you in another way. A link that you have keeps working.", "La clínica lo ve y se comunicará con usted de otra manera. El enlace que ya tiene sigue funcionando.", "Le cabinet le voit et vous joindra autrement. Un lien que vous avez déjà continue de fonctionner."},
	{"Reminders stop", "No habrá más recordatorios", "Les rappels s’arrêtent"},
	{"%s sends no more reminders by %s to %s. New forms can still reach you there.", "%s no enviará más recordatorios por %s a %s. Los formularios nuevos sí pueden llegarle ahí.", "%s n’envoie plus de rappels par %s à %s. De nouveaux formulaires peuvent encore vous y parvenir."},
	{"May %s send you messages?", "¿Puede %s enviarle mensajes?", "%s peut-il vous envoyer des messages ?"},
	{"Links to forms, and reminders of them, by %s to %s. Others who see your messages could read them. Your care does not depend on your answer.", "Enlaces a formularios y recordatorios, por %s a %s. Quien vea sus mensajes podría leerlos. Su atención no depende de su respuesta.", "Des liens vers des formulaires et des rappels, par %s à %s. Qui voit vos messages pourrait les lire. Vos soins ne dépendent pas de votre réponse."},
	{"Yes, they may", "Sí, puede", "Oui"},
	{"Messages have stopped", "Los mensajes están parados", "Les messages sont arrêtés"},
	{"%s sends nothing by %s to %s.", "%s no envía nada por %s a %s.", "%s n’envoie rien par %s à %s."},
	{"Allow messages again", "Permitir mensajes otra vez", "Autoriser de nouveau les messages"},
	{"Stop messages?", "¿Parar los mensajes?", "Arrêter les messages ?"},
	{"%s sends you messages by %s to %s. Stopping them changes nothing about your care.", "%s le envía mensajes por %s a %s. Pararlos no cambia nada de su atención.", "%s vous envoie des messages par %s à %s. Les arrêter ne change rien à vos soins."},
	{"Stop all messages", "Parar todos los mensajes", "Arrêter tous les messages"},
	{"Stop reminders only", "Parar solo los recordatorios", "Arrêter seulement les rappels"},
	{"Stopping messages changes nothing about your care or this form. The practice will reach you in another way.", "Parar los mensajes no cambia nada de su atención ni de este formulario. La clínica se comunicará con usted de otra manera.", "Arrêter les messages ne change rien à vos soins ni à ce formulaire. Le cabinet vous joindra autrement."},
	{"By %s to %s", "Por %s a %s", "Par %s à %s"},
	{"stopped", "parado", "arrêté"},
	{"Stop messages by %s", "Parar los mensajes por %s", "Arrêter les messages par %s"},
	{"The practice sends you no messages about this form.", "La clínica no le envía mensajes sobre este formulario.", "Le cabinet ne vous envoie pas de messages au sujet de ce formulaire."},
	{"Back to the form", "Volver al formulario", "Retour au formulaire"},
	{"This answer is also kept outside the sealed form, so that the service that sends messages can act on it.", "Esta respuesta se guarda también fuera del formulario sellado, para que el servicio que envía mensajes la tenga en cuenta.", "Cette réponse est aussi gardée hors du formulaire scellé, pour que le service qui envoie les messages en tienne compte."},
}
