/** The file on one screen: answers beside pictures, defects noted in place, a decision, and on to the next file. */
import { useNotice, type ActionProps } from 'adminjs';
import React, { useEffect, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { recordCall, send, useRead, type NoticeAnswer } from '../calls.ts';
import { fileLink, PROPOSALS, WAITING_LIST } from '../dashboard.tsx';
import { Empty, Failed, Loading } from '../parts.tsx';
import { useWords } from '../words.ts';
import { Answers } from './answers.tsx';
import { Decisions, type DecisionName, type Form } from './decisions.tsx';
import { Documents } from './documents.tsx';
import { FileHeader } from './file-header.tsx';
import type { DecisionAnswer, Desk, Findings, ReviewAnswer, ReviewFile } from './file.ts';
import { History } from './history.tsx';
import type { IdentityAct } from './identity-question.tsx';
import { Identity } from './identity.tsx';

export function Review({ record }: ActionProps) {
  const { word } = useWords();
  const id = String(record?.id ?? '');
  const [loaded, again] = useRead<ReviewAnswer>(recordCall('registrations', id, 'review'));
  if (loaded.state === 'loading') return <Loading />;
  if (loaded.state === 'failed') return <Failed text={word('review.failed')} again={again} />;
  const { review } = loaded.body;
  return <File key={`${id}:${review.revision}:${review.status}`} id={id} file={review} again={again} />;
}

/** One decision at a time: while it is sent nothing else can be, and a refusal stays on the page. */
function useSending(id: string) {
  const { word } = useWords();
  const addNotice = useNotice();
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<NoticeAnswer | null>(null);
  const refuse = (notice?: NoticeAnswer): void => {
    setWorking(false);
    setRefusal(notice ?? { type: 'error', message: word('review.sendFailed') });
  };
  const decide = async (
    action: string,
    form: Form,
    decided: (answer: DecisionAnswer) => void,
  ): Promise<void> => {
    setWorking(true);
    setRefusal(null);
    const answer = await send<DecisionAnswer>(recordCall('registrations', id, action), form);
    const { notice } = answer;
    if (!notice || notice.type === 'error') return refuse(notice);
    setWorking(false);
    addNotice(notice);
    decided(answer);
  };
  return {
    working,
    refusal,
    decideOrSay: (...decision: Parameters<typeof decide>): void =>
      void decide(...decision).catch(() => refuse()),
  };
}

function File({ id, file, again }: { id: string; file: ReviewFile; again: () => void }) {
  const navigate = useNavigate();
  const [findings, setFindings] = useState<Findings>({});
  const { working, refusal, decideOrSay } = useSending(id);
  useKeepUnsent(Object.keys(findings).length > 0 && !working);

  const desk: Desk = {
    file,
    findings,
    open: file.offered.length > 0,
    note: (target, finding) =>
      setFindings(({ [target]: _former, ...others }) =>
        finding ? { ...others, [target]: finding } : others,
      ),
  };
  const decide = (name: DecisionName, form: Form): void =>
    decideOrSay(name, { revision: String(file.revision), ...form }, ({ next }) => {
      setFindings({});
      navigate(next ? fileLink(next) : WAITING_LIST);
    });
  // Whoever has proposed or settled goes on with the next candidate.
  const prove: IdentityAct = (step, form) =>
    decideOrSay(`${step}Identity`, form, () => (step === 'takeBack' ? again() : navigate(PROPOSALS)));

  return (
    <main className="dv-page dv-review">
      <FileHeader file={file} />
      {refusal ? <Refused refusal={refusal} again={again} /> : null}
      <div className="dv-review-columns">
        <div className="dv-answers">
          <Identity file={file} working={working} act={prove} />
          {file.revision > 0 ? <Answers desk={desk} /> : <NothingSent />}
        </div>
        <div className="dv-beside">
          <Documents desk={desk} />
          <History desk={desk} />
        </div>
      </div>
      <Decisions desk={desk} working={working} decide={decide} />
    </main>
  );
}

function Refused({ refusal, again }: { refusal: NoticeAnswer; again: () => void }) {
  const { word } = useWords();
  return (
    <div className="dv-refusal" role="alert">
      <p>{refusal.message}</p>
      <button type="button" className="dv-button" onClick={again}>
        {word('review.reload')}
      </button>
    </div>
  );
}

function NothingSent() {
  const { word } = useWords();
  return (
    <Empty>
      <h2>{word('identity.noQuestionnaire')}</h2>
      <p>{word('identity.noQuestionnaireHint')}</p>
    </Empty>
  );
}

/** Noted defects are not lost by a closed tab without a question. */
function useKeepUnsent(unsent: boolean): void {
  useEffect(() => {
    if (!unsent) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsent]);
}
